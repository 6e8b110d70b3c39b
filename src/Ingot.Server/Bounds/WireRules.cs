using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Bounds;
using Ingot.Server.Mapping;
using Ingot.Service;

namespace Ingot.Server.Bounds;

/// <summary>Refuses requests that break the bounds their types state. Which fields have any is found out once for each type.</summary>
/// <param name="options">The limits that whoever runs this service has set.</param>
internal sealed class WireRules(IngotOptions options)
{
    private readonly ConcurrentDictionary<Type, IReadOnlyList<FieldRules>> _known = new();
    private readonly BoundChecks _checks = new(options);

    /// <summary>A field's bounds, on the field itself or on the interface that demands it.</summary>
    public static IReadOnlyList<WireBoundAttribute> BoundsOf(JsonPropertyInfo property)
    {
        if (property.AttributeProvider is not MemberInfo { DeclaringType: { } type } member)
            return [];
        IEnumerable<MemberInfo> demanded = type.GetInterfaces().SelectMany(contract => contract.GetMember(member.Name));
        return [.. demanded.Prepend(member).SelectMany(place => place.GetCustomAttributes<WireBoundAttribute>())];
    }

    /// <summary>Checks a request.</summary>
    /// <exception cref="IngotException">Names the first field that breaks a bound, and the bound.</exception>
    public void Check(object request)
    {
        if (Find(request) is { } fault)
            throw fault.IsUnsupported ? ChatMapper.Unsupported(fault.Path, fault.Rule) : ChatMapper.Invalid(fault.Path, fault.Rule);
    }

    private WireFault? Find(object value)
    {
        foreach (FieldRules field in RulesOf(value.GetType()))
        {
            if (field.Get(value) is not { } given)
                continue;
            foreach (WireBoundAttribute bound in field.Bounds)
            {
                if (_checks.Find(bound, given) is { } fault)
                    return fault.Under(field.Name);
            }

            if (field.HasParts && FindInParts(given) is { } within)
                return within.Under(field.Name);
        }

        return null;
    }

    private WireFault? FindInParts(object given)
    {
        if ((given is ITextOrList either ? either.Entries : given) is not IList list)
            return Find(given);
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] is { } part && Find(part) is { } fault)
                return fault.Under($"[{i}]");
        }

        return null;
    }

    private IReadOnlyList<FieldRules> RulesOf(Type type) => _known.GetOrAdd(type, Read);

    private IReadOnlyList<FieldRules> Read(Type type)
    {
        JsonTypeInfo info = WireJson.Options.GetTypeInfo(type);
        if (info.Kind != JsonTypeInfoKind.Object)
            return [];
        var rules = new List<FieldRules>();
        foreach (JsonPropertyInfo property in info.Properties.Where(property => property.Get is not null && !property.IsExtensionData))
        {
            IReadOnlyList<WireBoundAttribute> bounds = BoundsOf(property);
            bool hasParts = PartOf(property.PropertyType) is { } part && RulesOf(part).Count > 0;
            if (bounds.Count > 0 || hasParts)
                rules.Add(new FieldRules(property.Name, property.Get!, bounds, hasParts));
        }

        return rules;
    }

    /// <summary>The type of what a field holds; null where that has no fields of its own.</summary>
    private static Type? PartOf(Type type)
    {
        if (type.GetCustomAttribute<TextOrListAttribute>() is { } either)
            return either.Entry;
        JsonTypeInfo info = WireJson.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => type,
            JsonTypeInfoKind.Enumerable => info.ElementType,
            _ => null,
        };
    }

    private sealed record FieldRules(string Name, Func<object, object?> Get, IReadOnlyList<WireBoundAttribute> Bounds, bool HasParts);
}
