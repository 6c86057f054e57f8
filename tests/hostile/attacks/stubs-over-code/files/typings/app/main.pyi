app: object
