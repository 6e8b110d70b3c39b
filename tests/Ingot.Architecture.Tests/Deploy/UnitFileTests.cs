using Ingot.Testing;

namespace Ingot.Architecture.Tests.Deploy;

/// <summary>The systemd unit can be read, and keeps the service in its place.</summary>
public sealed class UnitFileTests
{
    private static readonly Dictionary<string, string[]> Sections = new()
    {
        ["Unit"] = ["Description", "After", "Wants"],
        ["Service"] =
        [
            "Type", "ExecStart", "Restart", "RestartSec", "TimeoutStopSec", "KillSignal", "DynamicUser", "User", "StateDirectory", "StateDirectoryMode",
            "Environment", "EnvironmentFile", "WorkingDirectory", "UMask", "NoNewPrivileges", "CapabilityBoundingSet", "AmbientCapabilities",
            "ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateUsers", "ProtectClock", "ProtectControlGroups",
            "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "ProtectProc", "RemoveIPC",
            "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality",
            "SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber", "MemoryDenyWriteExecute",
        ],
        ["Install"] = ["WantedBy"],
    };

    private static (string Section, string Key, string Value)[] Lines
    {
        get
        {
            string section = "";
            var lines = new List<(string, string, string)>();
            foreach (string line in File.ReadLines(RepositoryFiles.PathOf("deploy/ingot.service")).Where(line => line.Length > 0 && !line.StartsWith('#')))
            {
                if (line.StartsWith('['))
                    section = line.Trim('[', ']');
                else
                    lines.Add((section, line[..line.IndexOf('=', StringComparison.Ordinal)], line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]));
            }

            return [.. lines];
        }
    }

    [Fact]
    public void Every_line_is_a_setting_of_its_section() =>
        Assert.All(Lines, line => Assert.Contains(line.Key, Sections[line.Section]));

    [Theory]
    [InlineData("DynamicUser", "yes")]
    [InlineData("NoNewPrivileges", "yes")]
    [InlineData("ProtectSystem", "strict")]
    [InlineData("ProtectHome", "yes")]
    [InlineData("PrivateTmp", "yes")]
    [InlineData("PrivateDevices", "yes")]
    [InlineData("CapabilityBoundingSet", "")]
    [InlineData("StateDirectory", "ingot")]
    [InlineData("KillSignal", "SIGTERM")]
    public void The_service_has_no_more_rights_than_it_needs(string key, string value) =>
        Assert.Equal(value, Assert.Single(Lines, line => line.Key == key).Value);

    [Fact]
    public void It_starts_the_service_in_its_own_folder()
    {
        Assert.EndsWith("foundry.dll service start --foreground", Assert.Single(Lines, line => line.Key == "ExecStart").Value, StringComparison.Ordinal);
        Assert.Contains(Lines, line => line is ("Service", "Environment", "HOME=/var/lib/ingot"));
        Assert.Equal("/var/lib/ingot", Assert.Single(Lines, line => line.Key == "WorkingDirectory").Value);
    }
}
