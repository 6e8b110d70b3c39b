using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol.Responses;
using Ingot.Server.Mapping;

namespace Ingot.Server.Responses;

/// <summary>
/// Checks a request's items one by one and brings them into the form in which they are kept and told back: with type, id and
/// status, and what a message says as parts. References become what they refer to.
/// </summary>
internal static class ItemReader
{
    private const string Completed = "completed";

    /// <summary>Reads all of a request's input.</summary>
    /// <param name="input">The input; null reads as nothing.</param>
    /// <param name="resolve">Finds an item by its id; null when there is none.</param>
    /// <param name="field">The request's field that holds it.</param>
    public static async Task<IReadOnlyList<ResponseItem>> ReadAsync(ResponseInput? input, Func<string, Task<ResponseItem?>> resolve, string field = "input")
    {
        if (input is null)
            return [];
        if (input.Text is { } text)
            return [Message("user", ResponseContent.Of(ResponsePart.InputText(text)), null)];
        var items = new List<ResponseItem>(input.Items!.Count);
        foreach ((int index, ResponseItem? item) in input.Items.Index())
            items.Add(await ReadAsync(item, resolve, $"{field}[{index}]"));
        return items;
    }

    private static async Task<ResponseItem> ReadAsync(ResponseItem? item, Func<string, Task<ResponseItem?>> resolve, string path)
    {
        if (item is null)
            throw ChatMapper.Invalid(path, "must be an object");
        if (!IsReference(item))
            return Read(item, path);
        CheckFields(item, path, "id");
        string id = item.Id ?? throw ChatMapper.Missing($"{path}.id");
        return await resolve(id) ?? throw new IngotException(ErrorCode.NotFound, $"Item with id '{id}' not found.", $"{path}.id");
    }

    private static bool IsReference(ResponseItem item) =>
        item.Type == "item_reference" || item is { Type: null, Role: null, Content: null, Id: not null };

    private static ResponseItem Read(ResponseItem item, string path)
    {
        switch (item.Type)
        {
            case null or "message":
                CheckFields(item, path, "id", "status", "role", "content");
                string role = item.Role ?? throw ChatMapper.Missing($"{path}.role");
                return Message(role, ToParts(item.Content ?? throw ChatMapper.Missing($"{path}.content"), role, $"{path}.content"), item.Id);
            case "function_call":
                CheckFields(item, path, "id", "status", "call_id", "name", "arguments");
                Need(item.CallId, $"{path}.call_id");
                Need(item.Name, $"{path}.name");
                Need(item.Arguments, $"{path}.arguments");
                return item with { Id = item.Id ?? ResponseIds.New("fc"), Status = Completed, ParsedArguments = null };
            case "function_call_output":
                CheckFields(item, path, "id", "status", "call_id", "output");
                Need(item.CallId, $"{path}.call_id");
                if (item.Output is null)
                    throw ChatMapper.Missing($"{path}.output");
                CheckParts(item.Output.Parts, $"{path}.output", "input_text");
                return item with { Id = item.Id ?? ResponseIds.New("fco"), Status = Completed };
            case "reasoning":
                CheckFields(item, path, "id", "status", "content", "summary", "encrypted_content");
                return ReadReasoning(item, path);
            default:
                throw ChatMapper.Unreachable($"{path}.type", item.Type);
        }
    }

    private static ResponseItem ReadReasoning(ResponseItem item, string path)
    {
        if (item.EncryptedContent is { ValueKind: not JsonValueKind.Null })
            throw ChatMapper.Unsupported($"{path}.encrypted_content", "thinking is told in the open, as 'content'");
        if (item.Content?.Text is not null)
            throw ChatMapper.Invalid($"{path}.content", "must be an array of parts");
        CheckParts(item.Content?.Parts, $"{path}.content", "reasoning_text");
        CheckParts(item.Summary, $"{path}.summary", "summary_text");
        return item with { Id = item.Id ?? ResponseIds.New("rs"), Status = Completed, Summary = item.Summary ?? [], EncryptedContent = null };
    }

    private static ResponseItem Message(string role, ResponseContent content, string? id) => new()
    {
        Id = id ?? ResponseIds.New("msg"),
        Type = "message",
        Status = Completed,
        Role = role,
        Content = content,
    };

    private static ResponseContent ToParts(ResponseContent content, string role, string path)
    {
        bool isAnswer = role == "assistant";
        if (content.Text is { } text)
            return ResponseContent.Of(isAnswer ? ResponsePart.OutputText(text, []) : ResponsePart.InputText(text));
        if (isAnswer)
            CheckParts(content.Parts, path, "output_text", "refusal");
        else
            CheckParts(content.Parts, path, "input_text");
        return ResponseContent.Of([.. content.Parts!.Select(part => part!.Type == "output_text" ? ResponsePart.OutputText(part.Text!, []) : part)]);
    }

    private static void CheckParts(IReadOnlyList<ResponsePart?>? parts, string path, params string[] types)
    {
        for (int i = 0; i < parts?.Count; i++)
            CheckPart(parts[i], $"{path}[{i}]", types);
    }

    private static void CheckPart(ResponsePart? part, string path, string[] types)
    {
        if (part is null)
            throw ChatMapper.Invalid(path, "must be an object");
        string type = part.Type ?? throw ChatMapper.Missing($"{path}.type");
        if (!types.Contains(type))
            throw ChatMapper.Invalid($"{path}.type", $"must be '{string.Join("' or '", types)}' here");
        bool isRefusal = type == "refusal";
        string? foreign = isRefusal && part.Text is not null ? "text"
            : !isRefusal && part.Refusal is not null ? "refusal"
            : part.Others?.Keys.FirstOrDefault();
        if (foreign is not null)
            throw Unknown($"{path}.{foreign}");
        Need(isRefusal ? part.Refusal : part.Text, $"{path}.{(isRefusal ? "refusal" : "text")}");
    }

    private static void CheckFields(ResponseItem item, string path, params string[] allowed)
    {
        (string Name, bool IsGiven)[] fields =
        [
            ("status", item.Status is not null), ("role", item.Role is not null), ("content", item.Content is not null),
            ("call_id", item.CallId is not null), ("name", item.Name is not null), ("arguments", item.Arguments is not null),
            ("output", item.Output is not null), ("summary", item.Summary is not null),
            ("encrypted_content", item.EncryptedContent is { ValueKind: not JsonValueKind.Null }),
        ];
        string? foreign = fields.FirstOrDefault(field => field.IsGiven && !allowed.Contains(field.Name)).Name
            ?? item.Others?.FirstOrDefault(other => other.Value.ValueKind != JsonValueKind.Null).Key;
        if (foreign is not null)
            throw Unknown($"{path}.{foreign}");
    }

    private static IngotException Unknown(string param) => new(ErrorCode.UnknownParameter, $"Unknown parameter: '{param}'.", param);

    private static void Need(string? value, string param)
    {
        if (value is null)
            throw ChatMapper.Missing(param);
    }
}
