using System.Text.Json;

namespace Ingot.Text.Tests.Templates;

/// <summary>
/// Templates as model makers publish them, in every recorded conversation. They are not ours to keep here:
/// the environment variable INGOT_TEMPLATES names the folder that has them.
/// </summary>
public sealed class RealTemplateTests(ITestOutputHelper output)
{
    [Fact]
    public void Published_templates_render_as_recorded()
    {
        var folder = Environment.GetEnvironmentVariable("INGOT_TEMPLATES");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "INGOT_TEMPLATES does not name a folder with published templates");
        using var recorded = Recorded.Read("real.json");
        var conversations = recorded.RootElement.GetProperty("conversations");
        var (equal, wrong) = (0, new List<string>());
        foreach (var item in recorded.RootElement.GetProperty("cases").EnumerateArray())
        {
            var template = item.GetProperty("template").GetString()!;
            var conversation = item.GetProperty("conversation").GetString()!;
            var source = File.ReadAllText(Path.Combine(folder!, template));
            if (Recorded.Agrees(item, Recorded.Render(source, template, conversations.GetProperty(conversation))))
                equal++;
            else
                wrong.Add($"{template} with {conversation}");
        }

        output.WriteLine($"{equal} equal, {wrong.Count} different");
        Assert.True(wrong.Count == 0, $"{equal} equal, different: {string.Join(", ", wrong)}");
        Assert.NotEqual(0, equal);
    }
}
