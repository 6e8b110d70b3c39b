using Ingot.Server.Foundry;
using Ingot.Testing;

namespace Ingot.Server.Tests.Foundry;

/// <summary>The choice of the graphics processor.</summary>
public sealed class FoundryGpuTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task A_choice_is_kept_and_wrong_ones_change_nothing()
    {
        Assert.Equal("0", await server.Client.GetStringAsync(server.Url + "/openai/getgpudevice"));
        using HttpResponseMessage set = await server.Client.GetAsync(server.Url + "/openai/setgpudevice/2");
        Assert.Equal((200, ""), ((int)set.StatusCode, await set.Content.ReadAsStringAsync()));

        foreach (string wrong in new[] { "-1", "256", "99999999999", "two", "1.5", "%20", "2?again=1" })
        {
            using HttpResponseMessage refused = await server.Client.GetAsync($"{server.Url}/openai/setgpudevice/{wrong}");
            string text = await refused.Content.ReadAsStringAsync();
            Assert.True((int)refused.StatusCode == 400, text);
            Assert.Contains(wrong.Contains('?', StringComparison.Ordinal) ? "again" : "deviceId", text, StringComparison.Ordinal);
        }

        Assert.Equal("2", await server.Client.GetStringAsync(server.Url + "/openai/getgpudevice"));
    }

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

        Assert.Equal(device, new GpuDeviceFile(new ServerOptions { HomeFolder = home.Path }).Read());
    }

    [Fact]
    public void Writing_leaves_one_file()
    {
        using var home = new TemporaryFolder();
        var file = new GpuDeviceFile(new ServerOptions { HomeFolder = home["new"] });

        file.Write(1);
        file.Write(7);

        Assert.Equal(7, file.Read());
        Assert.Equal([home["new/gpu-device"]], Directory.EnumerateFileSystemEntries(home["new"]));
    }
}
