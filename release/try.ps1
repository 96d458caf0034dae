# Tries what a release publishes, as it is signed now: one file, and setup with what it installs, until it is removed again.
$ErrorActionPreference = 'Stop'

function Start-Silently([string] $Program, [string[]] $Arguments) {
    $ended = Start-Process $Program $Arguments -PassThru -Wait -RedirectStandardOutput "$env:RUNNER_TEMP\out.txt"
    if ($ended.ExitCode) { throw "$Program ended with $($ended.ExitCode)" }
}

$place, $values = "$env:RUNNER_TEMP\EMI", "$env:RUNNER_TEMP\handoff"
$demo = 'apply', '--demo', '--yes', '--json', '--handoff'
Start-Silently dist\EMI-Installer.exe ($demo + "$values-1.json")
Start-Silently dist\EMI-Installer-Setup.exe '/S', "/D=$place"
Start-Silently "$place\emi-installer.exe" ($demo + "$values-2.json")
# _?= runs it in place, so that its end is waited for.
Start-Silently "$place\Uninstall.exe" '/S', "_?=$place"
if (Test-Path "$place\_internal") { throw 'something is left behind' }
$size = (Get-Item dist\EMI-Installer-Setup.exe).Length / 1e6
"setup program: $size MB"
if ($size -gt 23) { throw 'the setup program is larger than 23 MB' }
