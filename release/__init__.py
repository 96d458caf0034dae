"""What build.spec needs to make a release: the list and licenses of what is bundled, and the looks for Windows."""
