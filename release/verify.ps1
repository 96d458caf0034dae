# Fails unless each file has a valid signature with a timestamp, by which it stays valid when the certificate expires.
param([Parameter(Mandatory, ValueFromRemainingArguments)][string[]] $Files)
$ErrorActionPreference = 'Stop'

foreach ($file in $Files) {
    $found = Get-AuthenticodeSignature $file
    if ($found.Status -ne 'Valid') { throw "${file}: $($found.StatusMessage)" }
    if (-not $found.TimeStamperCertificate) { throw "${file}: no timestamp" }
    "${file}: $($found.SignerCertificate.Subject)"
}
