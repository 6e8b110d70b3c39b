using Ingot.Text.Templates.Syntax;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Execution;

/// <summary>Gives a macro's parameters their values.</summary>
internal static class MacroBinding
{
    public static void Bind(MacroDefinition macro, CallArguments arguments, Scope scope, Evaluator evaluator)
    {
        var left = new List<KeyValuePair<string, TemplateValue>>(arguments.Named);
        if (arguments.Positional.Count > macro.Parameters.Count && !macro.TakesMorePositional)
            throw new TemplateFault($"the macro '{macro.Name}' takes at most {macro.Parameters.Count} arguments, {arguments.Positional.Count} were given");
        for (var i = 0; i < macro.Parameters.Count; i++)
        {
            var parameter = macro.Parameters[i];
            var named = left.FindIndex(argument => argument.Key == parameter.Name);
            if (i < arguments.Positional.Count)
                scope.Set(parameter.Name, arguments.Positional[i]);
            else if (named >= 0)
                scope.Set(parameter.Name, left[named].Value);
            else if (parameter.Default is not null)
                scope.Set(parameter.Name, evaluator.Evaluate(parameter.Default, scope));
            else
                scope.Set(parameter.Name, new UndefinedValue($"the parameter '{parameter.Name}' was not given"));
            if (named >= 0)
                left.RemoveAt(named);
        }

        BindRest(macro, arguments, left, scope);
    }

    private static void BindRest(MacroDefinition macro, CallArguments arguments, List<KeyValuePair<string, TemplateValue>> left, Scope scope)
    {
        if (macro.TakesMorePositional)
            scope.Set("varargs", new TupleValue([.. arguments.Positional.Skip(macro.Parameters.Count)]));
        if (macro.TakesCaller)
        {
            var caller = left.FindIndex(argument => argument.Key == "caller");
            scope.Set("caller", caller >= 0 ? left[caller].Value : new UndefinedValue("no caller was given"));
            if (caller >= 0)
                left.RemoveAt(caller);
        }

        if (macro.TakesMoreNamed)
        {
            var rest = new DictionaryValue();
            foreach (var (key, value) in left)
                rest.Entries[StringValue.Own(key)] = value;
            scope.Set("kwargs", rest);
        }
        else if (left.Count > 0)
        {
            throw new TemplateFault($"the macro '{macro.Name}' takes no argument named '{left[0].Key}'");
        }
    }
}
