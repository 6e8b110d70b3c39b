using Ingot.Testing;

namespace Ingot.Engine.Tests;

public sealed class LinuxMemoryTests : IDisposable
{
    private const long Megabyte = 1 << 20;
    private const long Machine = 16_000 * Megabyte;
    private const long MachineFree = 9_000 * Megabyte;

    private readonly TemporaryFolder _root = new();

    public LinuxMemoryTests() =>
        _root.Write("proc/meminfo", $"MemTotal:       {Machine / 1024} kB\nMemFree:          100 kB\nMemAvailable:    {MachineFree / 1024} kB\n");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Without_groups_the_machine_counts() => Assert.Equal(new LinuxMemory(Machine, MachineFree), LinuxMemory.Read(_root.Path));

    [Fact]
    public void A_container_sees_its_own_limit_at_the_top()
    {
        _root.Write("proc/self/cgroup", "0::/\n");
        Write("sys/fs/cgroup", "memory.max", 2000);
        Write("sys/fs/cgroup", "memory.current", 700);
        _root.Write("sys/fs/cgroup/memory.stat", $"anon 5\ninactive_file {300 * Megabyte}\n");

        Assert.Equal(new LinuxMemory(2000 * Megabyte, 1600 * Megabyte), LinuxMemory.Read(_root.Path));
    }

    [Fact]
    public void The_tightest_limit_on_the_way_counts()
    {
        _root.Write("proc/self/cgroup", "0::/user.slice/my.service\n");
        Write("sys/fs/cgroup/user.slice", "memory.max", 1000);
        Write("sys/fs/cgroup/user.slice", "memory.current", 900);
        _root.Write("sys/fs/cgroup/user.slice/my.service/memory.max", "max\n");
        Write("sys/fs/cgroup/user.slice/my.service", "memory.high", 3000);

        Assert.Equal(new LinuxMemory(1000 * Megabyte, 100 * Megabyte), LinuxMemory.Read(_root.Path));
    }

    [Fact]
    public void A_soft_limit_is_one_too()
    {
        _root.Write("proc/self/cgroup", "0::/\n");
        Write("sys/fs/cgroup", "memory.max", 2000);
        Write("sys/fs/cgroup", "memory.high", 1500);

        Assert.Equal(1500 * Megabyte, LinuxMemory.Read(_root.Path)!.TotalBytes);
    }

    [Theory]
    [InlineData("sys/fs/cgroup/memory/docker/abc")]
    [InlineData("sys/fs/cgroup/memory")]
    public void The_first_version_is_read_wherever_the_group_shows(string folder)
    {
        _root.Write("proc/self/cgroup", "9:name=systemd:/docker/abc\n4:cpu,memory:/docker/abc\n");
        _root.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Write(folder, "memory.limit_in_bytes", 4000);
        Write(folder, "memory.usage_in_bytes", 4500);

        Assert.Equal(new LinuxMemory(4000 * Megabyte, 0), LinuxMemory.Read(_root.Path));
    }

    [Theory]
    [InlineData("0::/../..")]
    [InlineData("nonsense\n\n0:::\n4:memory")]
    public void What_makes_no_sense_is_no_limit(string groups)
    {
        _root.Write("proc/self/cgroup", groups);
        _root.Write("sys/fs/cgroup/memory.max", "-1\n");

        Assert.Equal(new LinuxMemory(Machine, MachineFree), LinuxMemory.Read(_root.Path));
    }

    [Fact]
    public void A_machine_that_tells_nothing_is_nothing() => Assert.Null(LinuxMemory.Read(_root["nowhere"]));

    [Fact]
    public void This_machine_has_some_memory_and_some_of_it_free()
    {
        Assert.InRange(MachineMemory.TotalBytes, 64 * Megabyte, long.MaxValue);
        Assert.InRange(MachineMemory.FreeBytes(), Megabyte, MachineMemory.TotalBytes);
    }

    private void Write(string folder, string name, long megabytes) => _root.Write($"{folder}/{name}", $"{megabytes * Megabyte}\n");
}
