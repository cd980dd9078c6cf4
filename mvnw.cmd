@echo off
rem Runs Maven for this project: the installed mvn if it is 3.8.7 or newer, else a Maven that is
rem downloaded once, checked against its SHA-512, and kept in .m2\wrapper of the user's profile.
rem MVNW_DISTRIBUTION_URL names another place for the .zip; the checksum that is demanded stays the same.
setlocal
set "MVNW_ROOT=%~dp0"
set "MVNW_FILE=%~f0"
set "MVNW_MVN="
for /f "usebackq delims=" %%m in (`powershell -NoProfile -ExecutionPolicy Bypass -Command "$t = [IO.File]::ReadAllText($env:MVNW_FILE); iex $t.Substring($t.IndexOf('#powershell' + '#'))"`) do set "MVNW_MVN=%%m"
if not defined MVNW_MVN exit /b 1
if exist pom.xml (call "%MVNW_MVN%" %*) else (call "%MVNW_MVN%" -f "%MVNW_ROOT%pom.xml" %*)
exit /b %ERRORLEVEL%

#powershell#
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
function Stop-With([string[]] $lines) {
  foreach ($line in $lines) { [Console]::Error.WriteLine("mvnw: $line") }
  exit 1
}
if ($env:JAVA_HOME) {
  if (-not (Test-Path "$env:JAVA_HOME\bin\java.exe")) {
    Stop-With "JAVA_HOME is $env:JAVA_HOME, and there is no bin\java.exe in it. Point it at a JDK 17 or newer."
  }
} elseif (-not (Get-Command java -ErrorAction SilentlyContinue)) {
  Stop-With 'there is no java on PATH, and JAVA_HOME is not set. Install a JDK, 17 or newer.'
}

$mvn = $null
if ($env:MAVEN_HOME -and (Test-Path "$env:MAVEN_HOME\bin\mvn.cmd")) {
  $mvn = "$env:MAVEN_HOME\bin\mvn.cmd"
} else {
  $found = Get-Command mvn.cmd -ErrorAction SilentlyContinue
  if ($found) { $mvn = $found.Source }
}
if ($mvn) {
  $said = (& $mvn --version 2>$null) -join ' '
  if ($said -match 'Apache Maven (\d+\.\d+\.\d+)' -and [Version]$Matches[1] -ge [Version]'3.8.7') {
    Write-Output $mvn
    exit 0
  }
  [Console]::Error.WriteLine("mvnw: $mvn is older than Maven 3.8.7; using a downloaded one.")
}

$settings = @{}
foreach ($line in Get-Content "$env:MVNW_ROOT.mvn\wrapper\maven-wrapper.properties") {
  if ($line -match '^([A-Za-z0-9]+)=(.*)$') { $settings[$Matches[1]] = $Matches[2].Trim() }
}
$url = $settings['distributionZipUrl']
$name = ($url -split '/')[-1] -replace '-bin\.zip$', ''
if ($env:MVNW_DISTRIBUTION_URL) { $url = $env:MVNW_DISTRIBUTION_URL }
$wanted = $settings['distributionZipSha512Sum']
$user = if ($env:MAVEN_USER_HOME) { $env:MAVEN_USER_HOME } else { "$env:USERPROFILE\.m2" }
$dist = "$user\wrapper\dists\$name"
$target = "$dist\$($wanted.Substring(0, 12))"
if (-not (Test-Path "$target\bin\mvn.cmd")) {
  $work = "$dist\.new-$([Guid]::NewGuid())"
  New-Item -ItemType Directory -Force $work | Out-Null
  try {
    [Console]::Error.WriteLine("mvnw: downloading $url")
    try {
      [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
      Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile "$work\maven.zip"
    } catch {
      Stop-With "could not download $url ($($_.Exception.Message))",
        "Install Maven 3.8.7 or newer, or set MVNW_DISTRIBUTION_URL to a place that you can reach and that has $name-bin.zip."
    }
    $got = (Get-FileHash -Algorithm SHA512 "$work\maven.zip").Hash
    if ($got -ne $wanted) {
      Stop-With "what came from $url is not $name`: its SHA-512 is wrong. Nothing was unpacked.", "wanted $wanted", "got    $got"
    }
    Expand-Archive "$work\maven.zip" $work
    try { Move-Item "$work\$name" $target } catch {
      if (-not (Test-Path "$target\bin\mvn.cmd")) { Stop-With "could not move Maven to $target" }
    }
  } finally {
    Remove-Item -Recurse -Force $work -ErrorAction SilentlyContinue
  }
}
Write-Output "$target\bin\mvn.cmd"
exit 0
