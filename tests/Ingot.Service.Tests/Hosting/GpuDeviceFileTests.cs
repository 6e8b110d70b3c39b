using Ingot.Service.Hosting;
using Ingot.Testing;

namespace Ingot.Service.Tests.Hosting;

public sealed class GpuDeviceFileTests
{
    [Theory]
    [InlineData(null, 0)]
    [InlineData("3", 3)]
    [InlineData("", 0)]
    [InlineData("three", 0)]
    [InlineData("-3", 0)]
    [InlineData("300", 0)]
    public void The_next_start_reads_what_is_there_and_takes_nonsense_for_none(string? text, int device)
    {
        using var home = new TemporaryFolder();
        if (text is not null)
            home.Write("gpu-device", text);

        Assert.Equal(device, new GpuDeviceFile(home.Path).Read());
    }

    [Fact]
    public void Writing_leaves_one_file()
    {
        using var home = new TemporaryFolder();
        var file = new GpuDeviceFile(home["new"]);

        file.Write(1);
        file.Write(7);

        Assert.Equal(7, file.Read());
        Assert.Equal([home["new/gpu-device"]], Directory.EnumerateFileSystemEntries(home["new"]));
    }
}
