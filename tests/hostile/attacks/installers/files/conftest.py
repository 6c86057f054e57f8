open('takehome-canary-conftest', 'w').close()
