open('takehome-canary-nox', 'w').close()
