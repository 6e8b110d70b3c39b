using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ingot.Server.OpenApi;

/// <summary>
/// The comments of the wire's types, as their compiler wrote them down; this assembly carries the file. What readers of
/// the source and readers of the API are told is so the same text.
/// </summary>
internal sealed partial class WireComments
{
    private const string Resource = "Ingot.Protocol.xml";

    private readonly Dictionary<string, XElement> _members;

    private WireComments(XDocument document) =>
        _members = document.Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>Reads the comments this assembly carries.</summary>
    public static WireComments Read()
    {
        using Stream file = typeof(WireComments).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The build left {Resource} out.");
        return new WireComments(XDocument.Load(file));
    }

    /// <summary>What a type is.</summary>
    public string Of(Type type) => SummaryOf($"T:{type.FullName}") ?? throw Missing(type.Name);

    /// <summary>What a field is.</summary>
    public string Of(JsonPropertyInfo property)
    {
        var member = (MemberInfo)property.AttributeProvider!;
        Type type = member.DeclaringType!;
        return SummaryOf($"P:{type.FullName}.{member.Name}")
            ?? type.GetInterfaces().Select(contract => SummaryOf($"P:{contract.FullName}.{member.Name}")).FirstOrDefault(text => text is not null)
            ?? throw Missing($"{type.Name}.{member.Name}");
    }

    private string? SummaryOf(string member) =>
        _members.GetValueOrDefault(member)?.Element("summary") is { } summary ? TextOf(summary) : null;

    private static string TextOf(XElement element)
    {
        var text = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            text.Append(node switch
            {
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "see" } link when link.Attribute("cref") is { } target => $"`{NameOf(target.Value)}`",
                XElement other => other.Value,
                _ => ((XText)node).Value,
            });
        }

        return Blanks().Replace(text.ToString(), " ").Trim();
    }

    /// <summary>How the wire writes what a comment points to.</summary>
    private static string NameOf(string reference)
    {
        string name = reference[(reference.LastIndexOf('.') + 1)..];
        return reference.StartsWith("P:", StringComparison.Ordinal) ? JsonNamingPolicy.SnakeCaseLower.ConvertName(name) : name;
    }

    private static InvalidOperationException Missing(string name) => new($"{name} has no comment.");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
