using System.Globalization;
using System.Text.Json;
using Ingot.Benchmarks.Tokenizers;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema;

namespace Ingot.Benchmarks.Constraints;

/// <summary>Schemas as requests bring them, each with an answer that satisfies it. Compiling one begins with its text.</summary>
internal static class SchemaScenarios
{
    private static readonly string[] Sentences =
        [.. Prose.Write(60_000, seed: 5).Split(". ").Select(sentence => sentence.ReplaceLineEndings(" ").Replace("\"", "", StringComparison.Ordinal)).Where(sentence => sentence.Length > 60)];

    /// <summary>100 properties of many kinds, the schema whose compiling is measured.</summary>
    public static string HundredProperties { get; } = Object(100, index => (index % 10) switch
    {
        0 or 5 => """{"type":"string"}""",
        1 => """{"type":"integer","minimum":0,"maximum":100000}""",
        2 => """{"type":"string","enum":["small","medium","large"]}""",
        3 => """{"type":"array","items":{"type":"string"},"maxItems":10}""",
        4 => """{"type":"string","minLength":1,"maxLength":200}""",
        6 => """{"type":"number"}""",
        7 => """{"type":"object","properties":{"x":{"type":"number"},"y":{"type":"number"}},"required":["x","y"],"additionalProperties":false}""",
        8 => """{"type":["string","null"],"description":"may be unknown"}""",
        _ => """{"type":"boolean"}""",
    });

    public static IEnumerable<(string Name, Func<Grammar> Grammar, string Text)> All()
    {
        yield return Of("100 properties", HundredProperties, Members(100, index => (index % 10) switch
        {
            0 or 5 or 4 => Quoted(index, 180),
            1 => $"{index * 37}",
            2 => "\"medium\"",
            3 => $"[{Quoted(index, 60)}, {Quoted(index + 1, 60)}, \"b\"]",
            6 => "-12.75",
            7 => """{"x": 1.5, "y": 20}""",
            8 => "null",
            _ => "true",
        }));
        yield return Of("bounded strings", Object(30, _ => """{"type":"string","minLength":20,"maxLength":200}"""), Members(30, index => Quoted(index, 180)));
        yield return Of("patterns", Object(40, index => (index % 4) switch
        {
            0 => """{"type":"string","pattern":"^[A-Z][a-z]{1,20}( [A-Z][a-z]{1,20}){1,8}$"}""",
            1 => """{"type":"string","pattern":"^\\+[0-9]{1,3}( [0-9]{2,4}){2,4}$"}""",
            2 => """{"type":"string","pattern":"^[A-Z]{2,4}-[0-9]{4,8}(-[a-f0-9]{6})?$"}""",
            _ => """{"type":"string","pattern":"^(error|warning): ","maxLength":300}""",
        }), Members(40, index => (index % 4) switch
        {
            0 => "\"Anna Maria Louise Bridge\"",
            1 => "\"+44 20 7946 0958\"",
            2 => "\"INV-20240017-a0b1c2\"",
            _ => $"\"warning: {Sentences[index][..60]}\"",
        }));
        string[] words = [.. Sentences.SelectMany(sentence => sentence.Split(' ')).Select(word => word.ToLowerInvariant().Trim(',', ';', ':', '?', '!')).Where(word => word.Length > 2).Distinct().Take(1000)];
        yield return Of("enum of 1000 words", Object(1, _ => $$"""{"type":"array","items":{"enum":{{JsonSerializer.Serialize(words)}} } }"""),
            Members(1, _ => $"[{string.Join(", ", words.Where((_, index) => index % 9 == 0).Select(word => $"\"{word}\""))}]"));
        yield return Of("tree, 30 deep", """
            {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"name":{"type":"string"},"size":{"type":"integer"},
            "children":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["name","size","children"],"additionalProperties":false}}}
            """, Tree(30));
        yield return Of("formats", Object(30, index => $$"""{"type":"string","format":"{{Format(index).Name}}"}"""), Members(30, index => $"\"{Format(index).Example}\""));
        yield return Of("ranges, multiples", Object(30, index => (index % 5) switch
        {
            0 => """{"type":"integer","minimum":-273,"maximum":5778}""",
            1 => """{"type":"number","minimum":0,"exclusiveMaximum":1}""",
            2 => """{"type":"integer","multipleOf":7,"minimum":0}""",
            3 => """{"type":"number","multipleOf":0.25}""",
            _ => """{"type":"integer","minimum":1900,"maximum":2100,"multipleOf":4}""",
        }), Members(30, index => (index % 5) switch { 0 => $"{index * 100}", 1 => "0.3333333", 2 => $"{index * 700}", 3 => "1234.75", _ => "2024" }));
        yield return Of("60 optional", $$"""{"type":"object","properties":{ {{Declared(60, index => index % 2 == 0 ? """{"type":"string"}""" : """{"type":"integer"}""")}} },"additionalProperties":false}""",
            "{" + string.Join(", ", Enumerable.Range(0, 60).Where(index => index % 3 != 1).Select(index => $"\"{Name(index)}\": {(index % 2 == 0 ? Quoted(index, 50) : "17")}")) + "}");
        yield return Of("any of 20 objects", $$"""{"type":"array","items":{"anyOf":[{{string.Join(',', Enumerable.Range(0, 20).Select(Event))}}] } }""",
            "[" + string.Join(", ", Enumerable.Range(0, 30).Select(index => $"{{\"kind\": \"event_{index % 20}\", \"at\": \"2024-05-06T07:08:09Z\", \"text\": {Quoted(index, 50)}}}")) + "]");
    }

    private static (string Name, Func<Grammar> Grammar, string Text) Of(string name, string schema, string text) => (name, () => Compile(schema), text);

    /// <summary>The grammar of a schema, from its text on.</summary>
    public static Grammar Compile(string schema)
    {
        using JsonDocument document = JsonDocument.Parse(schema);
        return JsonSchemaGrammar.Compile(document.RootElement);
    }

    private static string Object(int count, Func<int, string> schema) =>
        $$"""{"type":"object","properties":{ {{Declared(count, schema)}} },"required":[{{string.Join(',', Enumerable.Range(0, count).Select(index => $"\"{Name(index)}\""))}}],"additionalProperties":false}""";

    private static string Declared(int count, Func<int, string> schema) =>
        string.Join(',', Enumerable.Range(0, count).Select(index => $"\"{Name(index)}\":{schema(index)}"));

    private static string Members(int count, Func<int, string> value) =>
        $"{{{string.Join(", ", Enumerable.Range(0, count).Select(index => $"\"{Name(index)}\": {value(index)}"))}}}";

    private static string Tree(int depth) => depth == 0 ? """{"name": "leaf", "size": 1, "children": []}""" :
        $$"""{"name": {{Quoted(depth, 30)}}, "size": {{depth}}, "children": [{"name": "side", "size": 2, "children": []}, {{Tree(depth - 1)}}]}""";

    private static string Event(int index) => $$"""
        {"type":"object","properties":{"kind":{"const":"event_{{index}}"},"at":{"type":"string","format":"date-time"},"text":{"type":"string","maxLength":{{100 + index}} } },"required":["kind","at","text"],"additionalProperties":false}
        """;

    private static (string Name, string Example) Format(int index) => (index % 6) switch
    {
        0 => ("date-time", "2024-02-29T12:34:56.789Z"),
        1 => ("date", "2023-12-31"),
        2 => ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
        3 => ("email", "anna.bridge@example.com"),
        4 => ("ipv4", "192.168.10.254"),
        _ => ("uri", "https://example.com/over/bridges?walk=1#end"),
    };

    private static string Quoted(int index, int length) => $"\"{Sentences[index][..Math.Min(length, Sentences[index].Length)]}\"";

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"property_{index}");
}
