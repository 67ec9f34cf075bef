"""How much a draft can be trusted, by what the networks themselves disagree about."""
