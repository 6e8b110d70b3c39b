using System.Text.Json;
using Ingot.Errors;
using Ingot.Service.Chat;
using Ingot.Service.Chat.Calls;
using Ingot.Service.Chat.Parsing;
using Ingot.Service.Hosting;

namespace Ingot.Service.Tests.Chat.Prompts;

/// <summary>
/// Templates as model makers publish them: the format of each is told, and the calls that it writes are read. They are not
/// ours to keep here: the environment variable INGOT_TEMPLATES names the folder that has them.
/// </summary>
public sealed class RealTemplateTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, string?> Known = new(StringComparer.Ordinal)
    {
        ["Apertus-8B-Instruct"] = "Apertus",
        ["Bielik-11B-v3.0-Instruct"] = "tagged JSON",
        ["GLM-4.7-Flash"] = "GLM",
        ["GigaChat3.1-10B-A1.8B"] = "GigaChat",
        ["Kimi-K2-Instruct"] = "Kimi K2",
        ["moonshotai-Kimi-K2"] = "Kimi K2",
        ["MiMo-VL"] = "tagged JSON",
        ["MiniMax-M2"] = "MiniMax",
        ["Mistral-Small-3.2-24B-Instruct-2506"] = "Mistral",
        ["unsloth-mistral-Devstral-Small-2507"] = "Mistral",
        ["mistralai-Mistral-Nemo-Instruct-2407"] = "Mistral array",
        ["NVIDIA-Nemotron-Nano-v2"] = "Nemotron",
        ["NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use"] = "tagged JSON",
        ["Qwen-QwQ-32B"] = "tagged JSON",
        ["Qwen-Qwen2.5-7B-Instruct"] = "tagged JSON",
        ["Qwen-Qwen3-0.6B"] = "tagged JSON",
        ["Qwen3.5-4B"] = "Qwen3-Coder",
        ["deepseek-ai-DeepSeek-R1-Distill-Llama-8B"] = "DeepSeek V3 and R1",
        ["deepseek-ai-DeepSeek-V3.1"] = "DeepSeek V3.1",
        ["ibm-granite-granite-4.0"] = "tagged JSON",
        ["inclusionai-ling-3.0-flash"] = "GLM",
        ["meetkai-functionary-medium-v3.2"] = "Functionary",
        ["meta-llama-Llama-3.1-8B-Instruct"] = "Llama 3",
        ["meta-llama-Llama-3.3-70B-Instruct"] = "Llama 3",
        ["poolside-Laguna-XS-2.1"] = "GLM",
        ["google-gemma-2-2b-it"] = null,
        ["microsoft-Phi-3.5-mini-instruct"] = null,
        ["llama-cpp-rwkv-world"] = null,
    };

    private static readonly ToolDefinition Weather = new("get_weather", "Tells it.", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string","description":"Which."}},"required":["city"]}"""));

    [Fact]
    public void Their_formats_are_told_and_what_they_write_is_read()
    {
        var folder = Environment.GetEnvironmentVariable("INGOT_TEMPLATES");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "INGOT_TEMPLATES does not name a folder with published templates");
        List<string> wrong = [];
        foreach (var path in Directory.GetFiles(folder!, "*.jinja").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var source = File.ReadAllText(path);
            var format = CallFormats.Of(source);
            using var tiny = new TinyModel(source);
            using var model = tiny.Load();
            var traits = model.TemplateFor(true).Traits;
            var read = format is null ? "-" : Read(format, Render(model));
            output.WriteLine($"{name}: {format?.Name ?? "none"}; functions: {traits.Tools}; calls: {traits.Calls?.ToString() ?? "none"}; results: {traits.TakesResults}; system: {traits.TakesSystem}; {read}");
            if (Known.TryGetValue(name, out var expected) && (format?.Name != expected || read is not ("-" or "read")))
                wrong.Add($"{name}: {format?.Name ?? "none"}, {read}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static ChatTurn Turn() => new()
    {
        Model = "tiny",
        Messages =
        [
            new TurnMessage { Role = TurnRole.User, Text = "How warm is it?" },
            new TurnMessage { Role = TurnRole.Assistant, ToolCalls = [new TurnToolCall("call_1", "get_weather", """{"city": "Rome"}""")] },
            new TurnMessage { Role = TurnRole.Tool, ToolCallId = "call_1", Text = "21 degrees" },
        ],
        Tools = [Weather],
    };

    private static string Render(LoadedModel model)
    {
        try
        {
            return PromptBuilder.Render(Turn(), model).Text;
        }
        catch (IngotException refusal) when (refusal.Code == ErrorCode.TemplateFailed)
        {
            return refusal.Message;
        }
    }

    // The last place where a call may begin and one does: before it the template may show how.
    private static string Read(CallFormat format, string prompt)
    {
        var opening = format.Opening ?? "{";
        for (var at = prompt.LastIndexOf(opening, StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : prompt.LastIndexOf(opening, at - 1, StringComparison.Ordinal))
        {
            List<OutputPart> parts = [];
            var walk = new CallWalk(format, CallTargets.Of([Weather], format));
            walk.Read(prompt.AsSpan(at), parts);
            if ((walk.IsDone || walk.IsBetweenCalls) && parts is [OutputPart.CallStart { Name: "get_weather" }, ..]
                && string.Concat(parts.OfType<OutputPart.CallArguments>().Select(part => part.Value)) is var text && JsonElement.Parse(text).GetProperty("city").GetString() == "Rome")
                return "read";
        }

        return "not read";
    }
}
