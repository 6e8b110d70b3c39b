using Ingot.Compute.Machine;
using Ingot.Compute.Tests.Threading;
using Ingot.Testing;

namespace Ingot.Compute.Tests.Machine;

public sealed class MachineCoresTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Without_groups_there_is_no_limit() => Assert.Null(LinuxCores.Limit(_root.Path));

    [Theory]
    [InlineData("150000 100000\n", 1.5)]
    [InlineData("50000 100000\n", 0.5)]
    [InlineData("  400000\t100000", 4.0)]
    public void A_container_sees_its_own_limit_at_the_top(string text, double cores)
    {
        _root.Write("proc/self/cgroup", "0::/\n");
        _root.Write("sys/fs/cgroup/cpu.max", text);

        Assert.Equal(cores, LinuxCores.Limit(_root.Path));
    }

    [Fact]
    public void The_tightest_limit_on_the_way_counts()
    {
        _root.Write("proc/self/cgroup", "0::/user.slice/my.service\n");
        _root.Write("sys/fs/cgroup/cpu.max", "max 100000\n");
        _root.Write("sys/fs/cgroup/user.slice/cpu.max", "120000 50000\n");
        _root.Write("sys/fs/cgroup/user.slice/my.service/cpu.max", "300000 100000\n");

        Assert.Equal(2.4, LinuxCores.Limit(_root.Path));
    }

    [Theory]
    [InlineData("sys/fs/cgroup/cpu/docker/abc")]
    [InlineData("sys/fs/cgroup/cpu")]
    public void The_first_version_is_read_wherever_the_group_shows(string folder)
    {
        _root.Write("proc/self/cgroup", "9:name=systemd:/docker/abc\n5:cpuset:/docker/abc\n4:cpu,cpuacct:/docker/abc\n");
        _root.Write($"{folder}/cpu.cfs_quota_us", "250000\n");
        _root.Write($"{folder}/cpu.cfs_period_us", "100000\n");

        Assert.Equal(2.5, LinuxCores.Limit(_root.Path));
    }

    [Theory]
    [InlineData("max 100000\n")]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("150000\n")]
    [InlineData("150000 0\n")]
    [InlineData("0 100000\n")]
    [InlineData("-150000 100000\n")]
    [InlineData("1.5 1\n")]
    [InlineData("99999999999999999999999 100000\n")]
    [InlineData("\0\0\0 \0")]
    public void What_makes_no_sense_is_no_limit(string text)
    {
        _root.Write("proc/self/cgroup", "0::/\n4:cpu,cpuacct:/\n");
        _root.Write("sys/fs/cgroup/cpu.max", text);
        _root.Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
        _root.Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");

        Assert.Null(LinuxCores.Limit(_root.Path));
    }

    [Theory]
    [InlineData("0::/../..")]
    [InlineData("nonsense\n\n0:::\n4:cpu")]
    public void A_group_that_makes_no_sense_leaves_the_limit_at_the_top(string groups)
    {
        _root.Write("proc/self/cgroup", groups);
        _root.Write("sys/fs/cgroup/cpu.max", "200000 100000\n");

        Assert.Equal(2.0, LinuxCores.Limit(_root.Path));
    }

    [Fact]
    public void Of_a_file_without_an_end_the_beginning_is_read()
    {
        string path = _root.Write("endless", new string('7', 1_000_000));
        Assert.InRange(ControlGroups.Lines(path).Single().Length, 1, 100_000);
    }

    [Theory]
    [InlineData(4, null, 4)]
    [InlineData(4, 1.5, 1)]
    [InlineData(2, 1.99, 1)]
    [InlineData(4, 2.0, 2)]
    [InlineData(4, 0.25, 1)]
    [InlineData(2, 8.0, 2)]
    [InlineData(1, 1e18, 1)]
    public void Part_of_a_core_is_none_but_one_there_always_is(int usable, double? limit, int expected) =>
        Assert.Equal(expected, MachineCores.CountOf(usable, limit));

    [Fact]
    public async Task A_process_bound_to_one_core_computes_on_one_thread()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has the program that binds a process to a core.");
        Assert.SkipUnless(ProgramRun.Exists("taskset"), "This machine has no taskset.");
        // The first of those this process may use itself, which need not be number 0.
        string list = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Trim();
        ProgramRun run = await ProgramRun.RunAsync(
            "taskset",
            [
                "-c", list.Split(',', '-')[0], "dotnet", typeof(MachineCoresTests).Assembly.Location, "--no-progress",
                "--filter-method", $"*.{nameof(ThreadTeamTests)}.{nameof(ThreadTeamTests.The_default_size_is_the_cores_this_process_may_use)}",
            ],
            environment: new Dictionary<string, string> { [ThreadTeamTests.ExpectedCores] = "1" });

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("succeeded: 1", run.Output, StringComparison.Ordinal);
    }
}
