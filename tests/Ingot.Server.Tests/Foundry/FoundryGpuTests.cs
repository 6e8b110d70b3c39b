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
}
