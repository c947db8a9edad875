"""Other servers that know titles: HTTP in, frozen facts out, nothing of our tables in here.

`facts` is what every source gives, `tvmaze` is the first of them; `http` and `limits` are the manners they share.
"""
