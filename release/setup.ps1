# Makes the setup program from the signed folder edition, with the makensis that release/nsis.ps1 has fetched.
$ErrorActionPreference = 'Stop'

$version = $env:GITHUB_REF_NAME.TrimStart('v')
$makensis = Get-Item build\nsis\nsis-*\makensis.exe
& $makensis.FullName "-DVERSION=$version" "-DSOURCE=$PWD\dist\EMI-Installer-folder" `
    "-DICON=$PWD\build\build\resources\installer.ico" "-DOUTPUT=$PWD\dist\EMI-Installer-Setup.exe" release\setup.nsi
if ($LASTEXITCODE) { throw "makensis ended with $LASTEXITCODE" }
