# Signs files with the certificate in SIGNING_PFX (Base64) and SIGNING_PASSWORD, with a timestamp:
# https://learn.microsoft.com/windows/win32/seccrypto/signtool. The password stands on no command line.
param([Parameter(Mandatory, ValueFromRemainingArguments)][string[]] $Files)
$ErrorActionPreference = 'Stop'

$certificate = Join-Path $env:RUNNER_TEMP 'certificate.pfx'
try {
    [IO.File]::WriteAllBytes($certificate, [Convert]::FromBase64String($env:SIGNING_PFX))
    $password = ConvertTo-SecureString $env:SIGNING_PASSWORD -AsPlainText -Force
    $imported = Import-PfxCertificate $certificate -CertStoreLocation Cert:\CurrentUser\My -Password $password
}
finally {
    Remove-Item $certificate -ErrorAction SilentlyContinue
}
try {
    $kits = "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe"
    $signtool = Get-ChildItem $kits | Sort-Object { [version]$_.Directory.Parent.Name } | Select-Object -Last 1
    & $signtool.FullName sign /fd SHA256 /sha1 $imported.Thumbprint `
        /tr http://timestamp.digicert.com /td SHA256 /d 'EMI installer' $Files
    if ($LASTEXITCODE) { throw "signtool ended with $LASTEXITCODE" }
}
finally {
    Remove-Item "Cert:\CurrentUser\My\$($imported.Thumbprint)" -DeleteKey
}
