"""The learning loop on data whose labels are known: choose, train, judge, promote or refuse."""
