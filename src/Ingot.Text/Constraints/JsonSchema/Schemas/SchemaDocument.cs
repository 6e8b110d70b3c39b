using System.Text.Json;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>A schema within its document.</summary>
/// <param name="Element">The schema.</param>
/// <param name="Pointer">Where it stands, from the document's root.</param>
/// <param name="Base">What its references are relative to.</param>
internal readonly record struct SchemaPlace(JsonElement Element, string Pointer, Uri Base);

/// <summary>Finds what <c>$ref</c> names within one document, by pointer, anchor or identifier. Nothing is ever fetched.</summary>
internal sealed class SchemaDocument
{
    private static readonly Uri Unnamed = new("schema://document/");
    private static readonly string[] Data = ["const", "enum", "default", "examples"];
    private static readonly string[] AnchorKeywords = ["$anchor", "$dynamicAnchor"];
    private readonly Dictionary<string, SchemaPlace> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaPlace> _anchors = new(StringComparer.Ordinal);

    public SchemaDocument(JsonElement root)
    {
        Root = new SchemaPlace(root, "", BaseOf(root, "", Unnamed));
        _resources[Key(Unnamed)] = Root;
        Index(root, "", Unnamed);
        IgnoresReferenceSiblings = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("$schema", out var dialect)
            && dialect.ValueKind == JsonValueKind.String && IsOld(dialect.GetString()!);
    }

    /// <summary>The document's own schema.</summary>
    public SchemaPlace Root { get; }

    /// <summary>Whether keywords beside <c>$ref</c> mean nothing, as up to draft 7.</summary>
    public bool IgnoresReferenceSiblings { get; }

    /// <summary>The base of a schema that may have an identifier of its own.</summary>
    public static Uri BaseOf(JsonElement element, string pointer, Uri outer)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("$id", out var id) || id.ValueKind != JsonValueKind.String)
            return outer;
        var text = id.GetString()!;
        if (text.StartsWith('#'))
            return outer;
        return Uri.TryCreate(outer, text, out var own) ? own : throw SchemaRefusal.Wrong($"{pointer}/$id", "it is not a URI reference");
    }

    /// <summary>Finds the schema a reference names.</summary>
    public SchemaPlace Resolve(string reference, Uri from, string pointer)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var path = hash < 0 ? reference : reference[..hash];
        if (!Uri.TryCreate(from, path, out var target))
            throw SchemaRefusal.Wrong(pointer, "it is not a URI reference");
        var fragment = hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]);
        if (fragment.Length > 0 && fragment[0] != '/')
            return _anchors.TryGetValue($"{Key(target)}#{fragment}", out var anchored) ? anchored : throw NotFound(pointer, reference);
        if (!_resources.TryGetValue(Key(target), out var place))
            throw NotFound(pointer, reference);
        foreach (var segment in fragment.Split('/').Skip(1))
        {
            var name = segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (Child(place.Element, name) is not { } child)
                throw NotFound(pointer, reference);
            var childPointer = $"{place.Pointer}/{segment}";
            place = new SchemaPlace(child, childPointer, BaseOf(child, childPointer, place.Base));
        }

        return place;
    }

    private static Errors.IngotException NotFound(string pointer, string reference) =>
        SchemaRefusal.Wrong(pointer, $"'{reference}' is not in this schema, and schemas are not fetched");

    private static JsonElement? Child(JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.Object)
            return element.TryGetProperty(name, out var member) ? member : null;
        return element.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < element.GetArrayLength()
            ? element[index]
            : null;
    }

    private static bool IsOld(string dialect) =>
        dialect.Contains("draft-07", StringComparison.Ordinal) || dialect.Contains("draft-06", StringComparison.Ordinal)
        || dialect.Contains("draft-04", StringComparison.Ordinal) || dialect.Contains("draft-03", StringComparison.Ordinal);

    private static string Key(Uri uri) => uri.IsAbsoluteUri ? uri.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped) : uri.OriginalString;

    private void Index(JsonElement element, string pointer, Uri outer)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
                Index(item, $"{pointer}/{index++}", outer);
        }

        if (element.ValueKind != JsonValueKind.Object)
            return;
        var place = new SchemaPlace(element, pointer, BaseOf(element, pointer, outer));
        if (place.Base != outer)
            _resources.TryAdd(Key(place.Base), place);
        foreach (var keyword in AnchorKeywords)
        {
            if (element.TryGetProperty(keyword, out var anchor) && anchor.ValueKind == JsonValueKind.String)
                _anchors.TryAdd($"{Key(place.Base)}#{anchor.GetString()}", place);
        }

        if (element.TryGetProperty("$id", out var id) && id.ValueKind == JsonValueKind.String && id.GetString()!.StartsWith('#'))
            _anchors.TryAdd($"{Key(place.Base)}{id.GetString()}", place);
        foreach (var member in element.EnumerateObject())
        {
            if (!Data.Contains(member.Name))
                Index(member.Value, $"{pointer}/{Escape(member.Name)}", place.Base);
        }
    }

    /// <summary>A name as a segment of a JSON pointer.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
