using System.Text.Json;

namespace Ingot.Text.Tests.Templates;

public sealed class OwnTemplateTests
{
    [Fact]
    public void Snippets_of_every_feature_render_as_recorded()
    {
        using var recorded = Recorded.Read("own.json");
        var context = recorded.RootElement.GetProperty("context");
        var wrong = new List<string>();
        var count = 0;
        foreach (var item in recorded.RootElement.GetProperty("snippets").EnumerateArray())
        {
            count++;
            var actual = Recorded.Render(item.GetProperty("source").GetString()!, "snippet", context);
            if (!Recorded.Agrees(item, actual))
                wrong.Add($"{item.GetProperty("source").GetString()}\n  expected {Recorded.Expected(item)}\n  actual   {JsonSerializer.Serialize(actual)}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(count > 200);
    }

    [Fact]
    public void Templates_in_the_style_of_published_ones_render_as_recorded()
    {
        var conversations = JsonDocument.Parse(File.ReadAllText(Path.Combine(Recorded.Folder, "vectors", "real.json"))).RootElement.GetProperty("conversations");
        using var recorded = Recorded.Read("own.json");
        var wrong = new List<string>();
        foreach (var item in recorded.RootElement.GetProperty("templates").EnumerateArray())
        {
            var template = item.GetProperty("template").GetString()!;
            var conversation = item.GetProperty("conversation").GetString()!;
            var source = File.ReadAllText(Path.Combine(Recorded.Folder, "templates", template));
            if (!Recorded.Agrees(item, Recorded.Render(source, template, conversations.GetProperty(conversation))))
                wrong.Add($"{template} with {conversation}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }
}
