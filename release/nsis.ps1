# Fetches NSIS, by version and hash, into build\nsis: its output gets our signature.
$ErrorActionPreference = 'Stop'

$version = '3.11'
$sha256 = 'c7d27f780ddb6cffb4730138cd1591e841f4b7edb155856901cdf5f214394fa1'
$archive = "build\nsis-$version.zip"

New-Item build -ItemType Directory -Force | Out-Null
& curl.exe --fail --silent --show-error --location --retry 3 --output $archive `
    "https://downloads.sourceforge.net/project/nsis/NSIS%203/$version/nsis-$version.zip"
if ($LASTEXITCODE) { throw "curl ended with $LASTEXITCODE" }
$found = (Get-FileHash $archive -Algorithm SHA256).Hash
if ($found -ne $sha256) { throw "NSIS ${version}: SHA-256 is $found" }
Expand-Archive $archive build\nsis
