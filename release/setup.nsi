; The setup program for Windows: installs the folder edition for one user, without administrator rights.
;
;   makensis -DVERSION=1.2.3 -DSOURCE=folder -DICON=file.ico -DOUTPUT=setup.exe setup.nsi
;   setup.exe /S [/D=C:\Program Files\EMI Installer]   silently; a preset (emi-installer.toml) beside it is installed too

!ifdef TARGET  ; amd64-unicode, where there is nothing that runs 32-bit programs
Target ${TARGET}
!endif
Unicode true
SetCompressor /SOLID lzma
SetCompressorDictSize 64  ; sees that the two programs are nearly the same
ManifestDPIAware true
RequestExecutionLevel user
AllowSkipFiles off

!include LogicLib.nsh
!include MUI2.nsh

!define NAME "EMI Installer"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\EMI Installer"

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\EMI Installer"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "EMI installer"
VIAddVersionKey "FileDescription" "EMI installer, setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "CompanyName" "The EMI installer authors"
VIAddVersionKey "LegalCopyright" "MIT license"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\EMI Installer.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A program that runs can't be written to; 1618 is what installers of Windows answer while another one runs.
!macro RefuseWhileOpen FILE
  ${If} ${FileExists} "${FILE}"
    ClearErrors
    FileOpen $0 "${FILE}" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONSTOP "The EMI installer is open. Close it first; nothing was changed." /SD IDOK
      SetErrorLevel 1618
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

; Only what setup has installed, whatever else lies in that folder.
!macro RemoveProgram
  !insertmacro RefuseWhileOpen "$INSTDIR\EMI Installer.exe"
  !insertmacro RefuseWhileOpen "$INSTDIR\emi-installer.exe"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\EMI Installer.exe"
  Delete "$INSTDIR\emi-installer.exe"
!macroend

Section
  !insertmacro RemoveProgram
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\*"
  ${If} ${FileExists} "$EXEDIR\emi-installer.toml"
    ; A person is asked, since such a file may have come from anywhere; whoever deploys silently has put it there.
    MessageBox MB_YESNO|MB_DEFBUTTON2|MB_ICONQUESTION "Prepared answers (emi-installer.toml) lie beside this setup \
program. Install them too? Say no unless your vendor gave them to you." /SD IDYES IDNO without_answers
    CopyFiles /SILENT "$EXEDIR\emi-installer.toml" "$INSTDIR"
    without_answers:
  ${EndIf}
  CreateShortcut "$SMPROGRAMS\EMI Installer.lnk" "$INSTDIR\EMI Installer.exe"
  WriteUninstaller "$INSTDIR\Uninstall.exe"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\EMI Installer.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\Uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\Uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section Uninstall
  !insertmacro RemoveProgram
  Delete "$INSTDIR\emi-installer.toml"
  Delete "$INSTDIR\Uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\EMI Installer.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
