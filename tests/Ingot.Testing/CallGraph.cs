using System.Reflection;
using System.Reflection.Emit;

namespace Ingot.Testing;

/// <summary>
/// Which methods some methods may come to call: what their code names, what the code of those names, and so on, within some types. A call
/// of something that may be overridden or implemented is taken for a call of all that do so there. What a delegate is made of counts as called.
/// </summary>
public sealed class CallGraph
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OneAndTwoByteCodes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private readonly HashSet<Type> _types;
    private readonly Dictionary<MethodBase, MethodBase?> _callers = [];
    private readonly HashSet<MethodInfo> _expanded = [];
    private readonly Queue<MethodBase> _unread = new();

    /// <summary>Follows calls.</summary>
    /// <param name="types">Where to.</param>
    /// <param name="roots">From where.</param>
    public CallGraph(IEnumerable<Type> types, params IEnumerable<MethodBase> roots)
    {
        _types = [.. types];
        foreach (MethodBase root in roots)
            Reach(root, caller: null, isExact: true);
        while (_unread.TryDequeue(out MethodBase? method))
        {
            foreach ((MethodBase called, bool isExact) in Called(method))
                Reach(called, method, isExact);
        }
    }

    /// <summary>Every method reached, those of other types included, of which nothing is followed.</summary>
    public IReadOnlyCollection<MethodBase> Reached => _callers.Keys;

    /// <summary>How a method is reached: from a root on.</summary>
    public string PathTo(MethodBase method)
    {
        List<string> names = [];
        for (MethodBase? at = method; at is not null; at = _callers[at])
            names.Insert(0, $"{at.DeclaringType?.Name}.{at.Name}");
        return string.Join(" > ", names);
    }

    // isExact: Not what overrides or implements it.
    private void Reach(MethodBase method, MethodBase? caller, bool isExact)
    {
        if (method.IsConstructedGenericMethod)
            method = ((MethodInfo)method).GetGenericMethodDefinition();
        if (method.DeclaringType is { IsConstructedGenericType: true } type && method.Module.ResolveMethod(method.MetadataToken) is { } open)
            method = open;
        if (_callers.TryAdd(method, caller) && method.DeclaringType is { } declaring && _types.Contains(declaring))
            _unread.Enqueue(method);
        // Loops dispose of their enumerators by this one interface.
        if (isExact || method.DeclaringType == typeof(IDisposable) || method is not MethodInfo { IsVirtual: true } maybe || !_expanded.Add(maybe))
            return;
        foreach (MethodInfo implementation in _types.SelectMany(candidate => ImplementationsIn(candidate, maybe)))
            Reach(implementation, caller, isExact: true);
    }

    private static IEnumerable<MethodInfo> ImplementationsIn(Type type, MethodInfo called)
    {
        Type declaring = called.DeclaringType!;
        if (!declaring.IsInterface)
        {
            return type.IsClass && type != declaring && IsSubclassOf(type, declaring)
                ? type.GetMethods(All).Where(method => method.IsVirtual && method.Name == called.Name && method.GetParameters().Length == called.GetParameters().Length)
                : [];
        }

        if (type.IsInterface || type.GetInterfaces().FirstOrDefault(implemented => Open(implemented) == declaring) is not { } found)
            return [];
        InterfaceMapping map = type.GetInterfaceMap(found);
        return map.InterfaceMethods.Zip(map.TargetMethods).Where(pair => pair.First.MetadataToken == called.MetadataToken).Select(pair => pair.Second);
    }

    private static bool IsSubclassOf(Type type, Type ancestor)
    {
        for (Type? at = type.BaseType; at is not null; at = at.BaseType)
        {
            if (Open(at) == ancestor)
                return true;
        }

        return false;
    }

    private static Type Open(Type type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;

    private static List<(MethodBase Method, bool IsExact)> Called(MethodBase method)
    {
        List<(MethodBase Method, bool IsExact)> called = [];
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[] typeArguments = method.DeclaringType?.GetGenericArguments() ?? [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        Type? receiver = null;
        for (int at = 0; at < code.Length;)
        {
            OpCode operation = OneAndTwoByteCodes[code[at] == 0xFE ? (short)((0xFE << 8) | code[at + 1]) : code[at]];
            at += operation.Size;
            MemberInfo? operand = operation.OperandType is OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType
                ? method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)
                : null;
            if (operation == OpCodes.Constrained)
                receiver = (Type)operand!;
            else if (operand is MethodBase found)
                called.AddRange(CalledOn(receiver, found, operation));
            if (operation != OpCodes.Constrained)
                receiver = null;
            at += OperandSize(operation, code, at);
        }

        return called;
    }

    // A struct's own method is called where the code knows the struct, whatever else has one by that name.
    private static IEnumerable<(MethodBase Method, bool IsExact)> CalledOn(Type? receiver, MethodBase method, OpCode operation)
    {
        if (receiver is not { IsValueType: true, IsGenericParameter: false })
            return [(method, operation == OpCodes.Call || operation == OpCodes.Newobj)];
        return method.DeclaringType is { IsInterface: true } && !receiver.ContainsGenericParameters
            ? receiver.GetInterfaceMap(method.DeclaringType) is var map && Array.FindIndex(map.InterfaceMethods, declared => declared.MetadataToken == method.MetadataToken) is >= 0 and var place
                ? [(map.TargetMethods[place], true)]
                : []
            : [];
    }

    private static int OperandSize(OpCode operation, byte[] code, int at) => operation.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };
}
