AsyncClient: object
