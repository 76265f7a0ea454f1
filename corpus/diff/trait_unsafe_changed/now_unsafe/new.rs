pub unsafe trait T {}
