using Ingot.Text.Templates;

namespace Ingot.Text.Tests.Templates;

/// <summary>What a rendering costs, in units that are the same on every machine.</summary>
public sealed class SpeedTests(ITestOutputHelper output)
{
    [Fact]
    public void A_chat_of_four_messages_renders_in_few_steps_and_little_memory()
    {
        var source = File.ReadAllText(Path.Combine(Recorded.Folder, "templates", "thinking.jinja"));
        using var recorded = Recorded.Read("real.json");
        var variables = Recorded.Variables(recorded.RootElement.GetProperty("conversations").GetProperty("multi"));
        // Rendering fails when it takes more.
        var template = ChatTemplate.Parse(source, "thinking.jinja", new TemplateLimits { MaximumSteps = 1000 });
        template.Render(variables);

        var before = GC.GetAllocatedBytesForCurrentThread();
        template.Render(variables);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{allocated} bytes");
        // Twice what it takes.
        Assert.InRange(allocated, 1, 25_000);
    }
}
