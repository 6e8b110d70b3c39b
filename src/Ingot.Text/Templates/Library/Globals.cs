using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>The functions every template can call.</summary>
internal static class Globals
{
    public static TemplateValue? Find(string name)
    {
        Func<CallArguments, TemplateValue>? body = name switch
        {
            "range" => Range,
            "namespace" => Namespace,
            "dict" => Dictionary,
            "raise_exception" => Raise,
            "strftime_now" => FormatTime,
            "cycler" => Cycler,
            "joiner" => Joiner,
            _ => null,
        };
        return body is null ? null : new FunctionValue(name, body);
    }

    private static ListValue Range(CallArguments arguments)
    {
        arguments.Allow(3);
        var hasStart = arguments.Positional.Count > 1;
        arguments.Require(0, "stop");
        var start = hasStart ? arguments.Integer(0, "start", 0) : 0;
        var stop = arguments.Integer(hasStart ? 1 : 0, "stop", 0);
        var step = arguments.Integer(2, "step", 1);
        if (step == 0)
            throw new TemplateFault("the step of range must not be zero");
        var items = new List<TemplateValue>();
        for (Int128 i = start; step > 0 ? i < stop : i > stop; i += step)
        {
            if (items.Count == arguments.Budget.Limits.MaximumRange)
                throw new TemplateFault($"a range has more than {arguments.Budget.Limits.MaximumRange} elements");
            arguments.Budget.Spend();
            items.Add(new IntegerValue((long)i));
        }

        return new ListValue(items);
    }

    private static NamespaceValue Namespace(CallArguments arguments)
    {
        var space = new NamespaceValue();
        foreach (var (key, value) in ToDictionary(arguments).Entries)
            space.Members[PythonText.Str(key, arguments.Budget).Text] = value;
        return space;
    }

    private static DictionaryValue Dictionary(CallArguments arguments) => ToDictionary(arguments);

    private static DictionaryValue ToDictionary(CallArguments arguments)
    {
        arguments.Budget.Spend(arguments.Named.Count);
        var dictionary = new DictionaryValue();
        if (arguments.Positional.Count > 0)
            DictionaryMethods.AddAll(dictionary, arguments.Positional[0], arguments.Budget);
        foreach (var (key, value) in arguments.Named)
            dictionary.Entries[StringValue.Own(key)] = value;
        return dictionary;
    }

    private static TemplateValue Raise(CallArguments arguments) =>
        throw new TemplateFault(PythonText.Str(arguments.Require(0, "message"), arguments.Budget).Text);

    private static StringValue FormatTime(CallArguments arguments)
    {
        var format = arguments.RequireText(0, "format");
        arguments.Budget.SpendText(format.Text.Length, 0);
        return StringValue.Made(TimeFormat.Format(format.Text, arguments.Interpreter.Clock), format.HasUntrusted);
    }

    private static StatefulValue Cycler(CallArguments arguments) => arguments.Positional.Count == 0
        ? throw new TemplateFault("cycler needs something to go through")
        : new StatefulValue("cycler", [.. arguments.Positional]);

    private static StatefulValue Joiner(CallArguments arguments) =>
        new("joiner", [arguments.Find(0, "sep") ?? StringValue.Own(", ")]);
}
