using System.Reflection;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Service.Options;

/// <summary>Shows the options with where each comes from, and writes them to the configuration file.</summary>
public static class OptionBook
{
    private const string Default = "default";

    /// <summary>The options' keys, as the configuration file has them.</summary>
    public static IReadOnlyList<string> Keys => [.. OptionSetting.All.Select(setting => setting.Key)];

    /// <summary>Tells every option's value and source. Mistakes are told, not thrown, so that they can be mended.</summary>
    /// <param name="environment">The environment variables.</param>
    public static OptionReport List(IReadOnlyDictionary<string, string> environment)
    {
        var mistakes = new List<string>();
        var file = IngotOptions.FileFor(null, environment);
        var options = IngotOptions.DefaultsFor(environment);
        IReadOnlyCollection<string> inFile = [];
        if (File.Exists(file))
        {
            options = ConfigurationFile.Apply(file, options, mistakes);
            inFile = KeysOf(file);
        }

        options = OptionVariables.Apply(environment, options, mistakes);
        mistakes.AddRange(OptionRules.Mistakes(options));
        var states = OptionSetting.All.Select(setting => new OptionState(
            setting.Key, setting.Variable, Show(setting, options), SourceOf(setting, environment, inFile, file)));
        return new OptionReport(file, [.. states], mistakes);
    }

    /// <summary>
    /// Writes options to the configuration file, or takes them out of it: all of the changes or, when one is refused, none.
    /// Comments and other keys stay as they are.
    /// </summary>
    /// <param name="changes">Each option's key, letter case aside, and its new value as its environment variable would have it; null takes it out.</param>
    /// <param name="environment">The environment variables; they say which file it is.</param>
    /// <returns>The file that was written.</returns>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.UnknownParameter"/> for a key that is none, <see cref="ErrorCode.InvalidValue"/> for a value that is
    /// refused or a file that cannot be read, <see cref="ErrorCode.Conflict"/> for one that cannot be written.
    /// </exception>
    public static string Change(IReadOnlyList<KeyValuePair<string, string?>> changes, IReadOnlyDictionary<string, string> environment)
    {
        var file = IngotOptions.FileFor(null, environment);
        var text = OptionFile.Read(file);
        var options = IngotOptions.DefaultsFor(environment);
        foreach (var (key, value) in changes)
        {
            var setting = Find(key);
            if (value is null)
            {
                text = text.Remove(setting.Key);
                continue;
            }

            options = Apply(setting, value, options);
            text = text.Set(setting.Key, ToJson(setting, options, value));
        }

        if (OptionRules.Mistakes(options) is [var mistake, ..])
            throw new IngotException(ErrorCode.InvalidValue, $"Nothing was changed: {mistake}.");
        text.Write();
        return file;
    }

    private static OptionSetting Find(string key)
    {
        if (OptionSetting.All.FirstOrDefault(setting => string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase)) is { } setting)
            return setting;
        var near = NearNames.Of(key, Keys);
        throw new IngotException(ErrorCode.UnknownParameter,
            $"There is no option '{key}'{(near.Count > 0 ? $"; did you mean {string.Join(" or ", near)}?" : ".")} 'foundry service set' lists them.", key);
    }

    private static IngotOptions Apply(OptionSetting setting, string value, IngotOptions options)
    {
        try
        {
            return setting.Apply(options, new OptionText(OptionVariables.Split(setting, value), Environment.CurrentDirectory));
        }
        catch (FormatException exception)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"Nothing was changed: '{setting.Key}' {exception.Message}.", setting.Key);
        }
    }

    private static string ToJson(OptionSetting setting, IngotOptions options, string given) => ValueOf(setting, options) switch
    {
        bool flag => flag ? "true" : "false",
        int or long => $"{ValueOf(setting, options)}",
        IReadOnlyList<string> list => $"[{string.Join(", ", list.Select(Quote))}]",
        string text => Quote(text),
        _ => Quote(given.Trim()),
    };

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static object? Show(OptionSetting setting, IngotOptions options) => ValueOf(setting, options) switch
    {
        null => null,
        int or long or bool or string => ValueOf(setting, options),
        Enum choice => choice.ToString().ToLowerInvariant(),
        IReadOnlyList<string> list => list,
        var other => other.ToString(),
    };

    // The keys are the properties' names in camel case.
    private static object? ValueOf(OptionSetting setting, IngotOptions options) =>
        typeof(IngotOptions).GetProperty(setting.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)!.GetValue(options);

    private static string SourceOf(
        OptionSetting setting, IReadOnlyDictionary<string, string> environment, IReadOnlyCollection<string> inFile, string file)
    {
        if (IsSet(setting.Variable))
            return setting.Variable;
        if (inFile.Contains(setting.Key))
            return file;
        return setting.Key switch
        {
            "hubEndpoint" when IsSet("HF_ENDPOINT") => "HF_ENDPOINT",
            "hubToken" when IsSet("HF_TOKEN") => "HF_TOKEN",
            _ => Default,
        };

        bool IsSet(string variable) => environment.GetValueOrDefault(variable) is { Length: > 0 };
    }

    private static IReadOnlyCollection<string> KeysOf(string file)
    {
        try
        {
            return OptionFile.Read(file).Keys;
        }
        catch (IngotException)
        {
            return [];
        }
    }
}
