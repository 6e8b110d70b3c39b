using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ingot.Sdk.Tests;

/// <summary>What an assembly shows to programs, as text: one line a type, one a member, in a fixed order.</summary>
internal static class PublicApi
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The text.</summary>
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetTypes().Where(type => type.IsVisible).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.FullName).Append(Bases(type)).Append('\n');
            foreach (string line in Members(type).Distinct().Order(StringComparer.Ordinal))
                text.Append("  ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
        : type.IsAbstract && type.IsSealed ? "static class"
        : $"{(type.IsSealed ? "sealed " : "")}{(type.GetMethod("<Clone>$") is null ? "class" : "record")}";

    private static string Bases(Type type)
    {
        string[] bases = [.. new[] { type.BaseType }.Where(known => known is not null && known != typeof(object) && known != typeof(Enum) && known != typeof(ValueType))
            .Concat(type.GetInterfaces().Where(shown => shown.IsVisible && !shown.Name.StartsWith("IEquatable", StringComparison.Ordinal) && !type.IsEnum)).Select(known => Name(known!))];
        return bases.Length == 0 ? "" : $" : {string.Join(", ", bases.Order(StringComparer.Ordinal))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), System.Globalization.CultureInfo.InvariantCulture)}");
        return type.GetMembers(Own).Where(member => member.GetCustomAttribute<CompilerGeneratedAttribute>() is null).Select(Line).OfType<string>();
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo made when IsShown(made) => $".ctor({Parameters(made)})",
        PropertyInfo property when (property.GetMethod ?? property.SetMethod) is { } accessor && IsShown(accessor) && property.Name != "EqualityContract" =>
            $"{Static(accessor)}{Required(property)}{Name(property.PropertyType, Nullability.Create(property))} {property.Name} {{ {Accessors(property)}}}",
        MethodInfo method when IsShown(method) && !method.IsSpecialName => $"{Static(method)}{Name(method.ReturnType, Nullability.Create(method.ReturnParameter))} {method.Name}({Parameters(method)})",
        FieldInfo { IsPublic: true } field => $"{(field.IsLiteral ? "const " : "")}{Name(field.FieldType)} {field.Name}",
        _ => null,
    };

    private static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Required(MemberInfo member) => member.GetCustomAttribute<RequiredMemberAttribute>() is null ? "" : "required ";

    private static string Accessors(PropertyInfo property) =>
        $"{(property.GetMethod is { } get && IsShown(get) ? "get; " : "")}{(property.SetMethod is { } set && IsShown(set) ? IsInit(set) ? "init; " : "set; " : "")}";

    private static bool IsInit(MethodInfo set) => set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}"));

    private static string Name(Type type, NullabilityInfo? nullability = null)
    {
        string mark = !type.IsValueType && nullability is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable, ReadState: not NullabilityState.NotNull } && !type.IsValueType ? "?" : "";
        if (Nullable.GetUnderlyingType(type) is { } value)
            return $"{Name(value)}?";
        if (type.IsArray)
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        if (!type.IsGenericType)
            return (type.FullName ?? type.Name) + mark;
        string[] arguments = [.. type.GetGenericArguments().Select((argument, index) =>
            Name(argument, nullability is { GenericTypeArguments.Length: > 0 } ? nullability.GenericTypeArguments[index] : null))];
        return $"{type.FullName?.Split('`')[0] ?? type.Name.Split('`')[0]}<{string.Join(", ", arguments)}>{mark}";
    }
}
