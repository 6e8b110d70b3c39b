using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ingot.Engine;
using Ingot.Errors;
using Ingot.Service.Chat;

namespace Ingot.Gateway.Translation;

/// <summary>Makes updates of a provider's chunks, of one choice. Everything about them is the provider's word: what does not fit together ends the answer.</summary>
/// <param name="provider">The provider's name, for errors.</param>
internal sealed class ChunkReader(string provider)
{
    private const int MostCalls = 128;
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 64 };

    private int _calls;
    private bool _isCalling;
    private ChatFinish? _finish;

    /// <summary>What was used, as far as it was told.</summary>
    public TokenUsage Usage { get; private set; } = new(0, 0, 0);

    /// <summary>How much of it was thinking.</summary>
    public int ReasoningTokens { get; private set; }

    /// <summary>Reads one chunk.</summary>
    /// <param name="data">Its JSON.</param>
    /// <param name="updates">Takes what follows from it.</param>
    /// <returns>False for the mark that ends all of them.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.ProviderFailed"/>.</exception>
    public bool Read(ReadOnlySequence<byte> data, List<ChatUpdate> updates)
    {
        if (data.Length < 32 && data.ToArray().AsSpan().Trim((byte)' ').SequenceEqual("[DONE]"u8))
            return false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(data, Json);
            ReadChunk(document.RootElement, updates);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw Failed("sent an event that is no chunk of a chat completion", exception);
        }
    }

    /// <summary>The updates at the end of all chunks.</summary>
    /// <param name="updates">Takes them.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ProviderFailed"/>: the answer has no end.</exception>
    public void End(List<ChatUpdate> updates)
    {
        updates.Add(new Finished(0, _finish ?? throw Failed("broke its answer off")));
        updates.Add(new UsageUpdate(Usage, ReasoningTokens));
    }

    private void ReadChunk(JsonElement chunk, List<ChatUpdate> updates)
    {
        if (Child(chunk, "error") is { } error)
            throw Failed($"ended its answer with an error: {(error.ValueKind == JsonValueKind.Object ? Text(error, "message") : null) ?? "it does not say which"}");
        if (Child(chunk, "usage") is { ValueKind: JsonValueKind.Object } usage)
            ReadUsage(usage);
        if (Child(chunk, "choices") is not { ValueKind: JsonValueKind.Array } choices || choices.GetArrayLength() == 0)
            return;
        JsonElement choice = choices[0];
        if (Child(choice, "delta") is { ValueKind: JsonValueKind.Object } delta)
            ReadDelta(delta, Child(choice, "logprobs"), updates);
        if (Text(choice, "finish_reason") is { } reason)
        {
            _finish = reason switch
            {
                "length" => ChatFinish.Length,
                "tool_calls" or "function_call" => ChatFinish.ToolCalls,
                _ => ChatFinish.Stop,
            };
        }
    }

    private void ReadDelta(JsonElement delta, JsonElement? logprobs, List<ChatUpdate> updates)
    {
        if ((Text(delta, "reasoning_content") ?? Text(delta, "reasoning")) is { Length: > 0 } thought)
        {
            updates.Add(new ReasoningDelta(0, thought));
            _isCalling = false;
        }

        string text = (Text(delta, "content") ?? "") + (Text(delta, "refusal") ?? "");
        IReadOnlyList<TokenProbability>? probabilities = logprobs is { ValueKind: JsonValueKind.Object } told ? ReadProbabilities(told) : null;
        if (text.Length > 0 || probabilities is { Count: > 0 })
        {
            updates.Add(new TextDelta(0, text, probabilities));
            _isCalling = false;
        }

        if (Child(delta, "tool_calls") is { ValueKind: JsonValueKind.Array } calls)
        {
            foreach (JsonElement call in calls.EnumerateArray())
                ReadCall(call, updates);
        }
    }

    private void ReadCall(JsonElement call, List<ChatUpdate> updates)
    {
        // Some number no call; then each that has a name is another.
        JsonElement? function = Child(call, "function");
        string? name = function is { ValueKind: JsonValueKind.Object } called ? Text(called, "name") : null;
        string arguments = function is { ValueKind: JsonValueKind.Object } given ? Text(given, "arguments") ?? "" : "";
        int index = Number(call, "index") ?? (string.IsNullOrEmpty(name) ? _calls - 1 : _calls);
        if (index == _calls && index < MostCalls && !string.IsNullOrEmpty(name))
        {
            string id = Text(call, "id") is { Length: > 0 } own ? own : $"call_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
            updates.Add(new ToolCallDelta(0, _calls++, id, name, arguments));
            _isCalling = true;
        }
        else if (index == _calls - 1 && index >= 0 && _isCalling)
        {
            updates.Add(new ToolCallDelta(0, index, null, null, arguments));
        }
        else
        {
            throw Failed("mixed its calls of functions up");
        }
    }

    private void ReadUsage(JsonElement usage)
    {
        int cached = Child(usage, "prompt_tokens_details") is { ValueKind: JsonValueKind.Object } prompt ? Number(prompt, "cached_tokens") ?? 0 : 0;
        Usage = new TokenUsage(Number(usage, "prompt_tokens") ?? 0, Number(usage, "completion_tokens") ?? 0, cached);
        ReasoningTokens = Child(usage, "completion_tokens_details") is { ValueKind: JsonValueKind.Object } details ? Number(details, "reasoning_tokens") ?? 0 : 0;
    }

    private static IReadOnlyList<TokenProbability> ReadProbabilities(JsonElement logprobs) =>
        Child(logprobs, "content") is { ValueKind: JsonValueKind.Array } tokens ? [.. tokens.EnumerateArray().Select(ReadProbability)] : [];

    private static TokenProbability ReadProbability(JsonElement token)
    {
        string text = Text(token, "token") ?? "";
        byte[] bytes = Child(token, "bytes") is { ValueKind: JsonValueKind.Array } given ? [.. given.EnumerateArray().Select(value => value.GetByte())] : Encoding.UTF8.GetBytes(text);
        float? probability = Child(token, "logprob") is { ValueKind: JsonValueKind.Number } number ? number.GetSingle() : null;
        IReadOnlyList<TokenProbability> top = Child(token, "top_logprobs") is { ValueKind: JsonValueKind.Array } others ? [.. others.EnumerateArray().Select(ReadProbability)] : [];
        return new TokenProbability(text, bytes, probability, top);
    }

    private static JsonElement? Child(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement child) && child.ValueKind != JsonValueKind.Null ? child : null;

    private static string? Text(JsonElement element, string name) => Child(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static int? Number(JsonElement element, string name) => Child(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value) && value >= 0 ? value : null;

    private IngotException Failed(string what, Exception? cause = null) => new(ErrorCode.ProviderFailed, $"Provider '{provider}' {what}.", inner: cause);
}
