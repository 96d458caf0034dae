# Signs files with the certificate in SIGNING_PFX (Base64) and SIGNING_PASSWORD, with a timestamp:
# https://learn.microsoft.com/windows/win32/seccrypto/signtool.
param([Parameter(Mandatory, ValueFromRemainingArguments)][string[]] $Files)
$ErrorActionPreference = 'Stop'

$certificate = Join-Path $env:RUNNER_TEMP 'certificate.pfx'
[IO.File]::WriteAllBytes($certificate, [Convert]::FromBase64String($env:SIGNING_PFX))
try {
    $kits = "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe"
    $signtool = Get-ChildItem $kits | Sort-Object { [version]$_.Directory.Parent.Name } | Select-Object -Last 1
    & $signtool.FullName sign /fd SHA256 /f $certificate /p $env:SIGNING_PASSWORD `
        /tr http://timestamp.digicert.com /td SHA256 /d 'EMI installer' $Files
    if ($LASTEXITCODE) { throw "signtool ended with $LASTEXITCODE" }
}
finally {
    Remove-Item $certificate
}
