"""What build.spec needs to make a release: the list and licences of what is bundled, and the looks for Windows."""
