/** The function that `vice shellenv --shell powershell | Out-String | Invoke-Expression` defines (Windows PowerShell 5.1 and PowerShell 7). */

/** `vice_step NAME command [arguments]`: the same records as the POSIX form; `$LASTEXITCODE` stays the command's. */
export const POWERSHELL_STEP = `$script:vice_warned = $false
function script:Write-ViceRecord([System.Collections.IDictionary] $record) {
  try {
    $null = New-Item -ItemType Directory -Force -Path $script:vice_dir -ErrorAction Stop
    $line = (ConvertTo-Json -InputObject $record -Compress -Depth 4) + [char]10
    $bytes = (New-Object System.Text.UTF8Encoding $false).GetBytes($line)
    $file = New-Object System.IO.FileStream($script:vice_file, 'Append', 'Write', 'ReadWrite,Delete')
    try { $file.Write($bytes, 0, $bytes.Length) } finally { $file.Dispose() }
  } catch {
    if (-not $script:vice_warned) {
      $script:vice_warned = $true
      [Console]::Error.WriteLine("vice: not recorded, $($script:vice_dir) cannot be written; the command itself is not affected")
    }
  }
}
function script:Get-ViceTime { [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", [Globalization.CultureInfo]::InvariantCulture) }
function global:vice_step {
  if ($args.Count -lt 2) { [Console]::Error.WriteLine('usage: vice_step NAME command [arguments]'); $global:LASTEXITCODE = 64; return }
  $name = [string] $args[0]
  if ($name.Length -gt 200) { $name = $name.Substring(0, 200) }
  $command = $args[1]
  $rest = @($args | Select-Object -Skip 2)
  $ms = [long] ([DateTime]::UtcNow - [DateTime]::new(1970, 1, 1, 0, 0, 0, 'Utc')).TotalMilliseconds
  $time = $ms.ToString('x12')
  $id = $time.Substring(0, 8) + '-' + $time.Substring(8) + '-7' + [guid]::NewGuid().ToString().Substring(15)
  $parent = $env:VICE_RUN_ID
  $traceparent = $env:TRACEPARENT
  $known = if ($traceparent -match '^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}') { $Matches[1] } else { $null }
  $trace = if ($known) { $known } elseif ($parent) { $parent.Replace('-', '') } else { $id.Replace('-', '') }
  $recorded = if ($known -or -not $parent) { $trace } else { $null }
  $who = ConvertFrom-Json ('{' + $script:vice_who + '}')
  Write-ViceRecord ([ordered] @{ v = 1; op = 'start'; id = $id; at = Get-ViceTime; kind = 'stage'; name = $name; parentId = $(if ($parent) { $parent } else { $null }); traceId = $recorded; actor = $who.actor; tags = $who.tags })
  $watch = [System.Diagnostics.Stopwatch]::StartNew()
  $code = 1
  try {
    $env:VICE_RUN_ID = $id
    $env:TRACEPARENT = '00-' + $trace + '-' + $id.Replace('-', '').Substring(16) + '-01'
    $global:LASTEXITCODE = 0
    & $command @rest
    $code = if ($global:LASTEXITCODE) { $global:LASTEXITCODE } elseif ($?) { 0 } else { 1 }
  } finally {
    $env:VICE_RUN_ID = $parent
    $env:TRACEPARENT = $traceparent
    $status = if ($code -eq 0) { 'succeeded' } else { 'failed' }
    $problem = if ($code -eq 0) { $null } else { "exit code $code" }
    Write-ViceRecord ([ordered] @{ v = 1; op = 'end'; id = $id; at = Get-ViceTime; status = $status; error = $problem; exitCode = $code; durationMs = $watch.ElapsedMilliseconds })
    $global:LASTEXITCODE = $code
  }
}`;
