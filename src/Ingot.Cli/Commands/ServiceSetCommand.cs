using System.CommandLine;
using System.Globalization;
using Ingot.Cli.Background;
using Ingot.Cli.Output;
using Ingot.Errors;
using Ingot.Service.Hosting;
using Ingot.Service.Options;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry service set</c>: shows the options and writes them to the configuration file.</summary>
internal static class ServiceSetCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var settings = new Argument<string[]>("settings")
        {
            Description = "Options and their values: key=value; without any, all options are shown",
            Arity = ArgumentArity.ZeroOrMore,
        };
        ModelCommands.Named(settings);
        settings.HelpName = "key=value";
        settings.CompletionSources.Add(_ => OptionBook.Keys.Select(key => $"{key}="));
        var unset = new Option<string[]>("--unset") { Description = "Take an option out of the file", HelpName = "key" };
        unset.CompletionSources.Add(_ => OptionBook.Keys);
        var port = new Option<int?>("--port") { Description = "Short for urls=http://127.0.0.1:<port>, or https where the addresses are" };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 65535)
                result.AddError("--port must be between 0 and 65535.");
        });
        var gpu = new Option<int?>("--gpu") { Description = $"The graphics processor for models loaded from now on, 0 to {GpuDeviceFile.Most}", HelpName = "number" };
        gpu.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > GpuDeviceFile.Most)
                result.AddError($"--gpu must be between 0 and {GpuDeviceFile.Most}.");
        });
        var https = new Option<bool?>("--https")
        {
            Description = "Serve by HTTPS, with a certificate of the service's own unless certificatePath names one; 'false' goes back to HTTP",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var show = new Option<bool>("--show") { Description = "Show all options with their values and what set them" };
        Option<OutputForm> output = OutputOption.Create();
        var command = new FoundryCommand(
            "set",
            "Show or change the options in the configuration file",
            "foundry service set",
            "foundry service set modelIdleSeconds=600 offline=true",
            "foundry service set --port 5273",
            "foundry service set --https",
            "foundry service set --unset threadCount",
            "foundry service set --gpu 1")
        {
            settings, unset, port, https, gpu, show, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            List<KeyValuePair<string, string?>> changes =
            [
                .. (parsed.GetValue(settings) ?? []).Select(ReadSetting),
                .. (parsed.GetValue(unset) ?? []).Select(key => KeyValuePair.Create(key, (string?)null)),
            ];
            bool? secure = parsed.GetResult(https) is { } asked ? asked.Tokens.Count == 0 || parsed.GetValue(https) == true : null;
            if (parsed.GetValue(port) is not null || secure is not null)
                changes.Add(KeyValuePair.Create("urls", (string?)ServiceAddress.Change(context, parsed.GetValue(port), secure)));
            if (parsed.GetValue(gpu) is { } device)
                ChooseGpu(context, device);
            bool isAsked = changes.Count == 0 && parsed.GetValue(gpu) is null;
            int code = await RunAsync(context, changes, isAsked || parsed.GetValue(show), parsed.GetValue(output), cancellationToken);
            if (secure == true)
                ServiceAddress.SayCertificate(context);
            return code;
        });
        return command;
    }

    /// <summary>Writes options, and says what else is to be known about that.</summary>
    public static async Task ChangeAsync(
        CommandContext context, IReadOnlyList<KeyValuePair<string, string?>> changes, CancellationToken cancellationToken)
    {
        string file = OptionBook.Change(changes, context.Environment);
        context.Say($"Wrote {file}.");
        OptionReport report = OptionBook.List(context.Environment);
        foreach (OptionState state in report.Options.Where(state => changes.Any(change => IsKey(change.Key, state))))
        {
            if (state.Source == state.Variable)
                context.Say($"The environment variable {state.Variable} still goes before '{state.Key}' of the file.");
        }

        foreach (string mistake in report.Mistakes)
            context.Say($"Still wrong: {mistake}.");
        using RunningService? service = await new ServiceControl(context).FindAsync(cancellationToken);
        if (service is not null)
            context.Say("The running service keeps the options it was started with; 'foundry service restart' makes it use these.");
    }

    private static void ChooseGpu(CommandContext context, int device)
    {
        new GpuDeviceFile(context.Files.Home).Write(device);
        context.Say($"Graphics processor {device} is chosen for models loaded from now on.");
        // WebGPU chooses by itself.
        if (ExecutionProviders.Available.All(provider => provider.Name is ExecutionProviders.Cpu or "webgpu"))
            context.Say("Nothing here computes on a graphics processor by its number, so the choice changes nothing yet; 'foundry ep list' says more.");
    }

    private static bool IsKey(string key, OptionState state) => string.Equals(key, state.Key, StringComparison.OrdinalIgnoreCase);

    private static KeyValuePair<string, string?> ReadSetting(string text) => text.IndexOf('=', StringComparison.Ordinal) is var sign and > 0
        ? KeyValuePair.Create(text[..sign].Trim(), (string?)text[(sign + 1)..])
        : throw new IngotException(ErrorCode.InvalidValue, $"'{text}' is not of the form key=value.");

    private static async Task<int> RunAsync(
        CommandContext context,
        List<KeyValuePair<string, string?>> changes,
        bool show,
        OutputForm form,
        CancellationToken cancellationToken)
    {
        if (changes.Count > 0)
            await ChangeAsync(context, changes, cancellationToken);
        OptionReport report = OptionBook.List(context.Environment);
        IReadOnlyList<OptionFacts> options =
        [
            .. report.Options
                .Where(state => show || changes.Any(change => IsKey(change.Key, state)))
                .Select(state => new OptionFacts(state.Key, state.Variable, state.Value is IReadOnlyList<string> list ? list.ToArray() : state.Value, state.Source)),
        ];
        if (form == OutputForm.Json)
            JsonOutput.Print(context, options);
        else if (options.Count > 0)
            Print(context, options);
        if (changes.Count > 0 || report.Mistakes.Count == 0)
            return ExitCode.Success;
        throw new IngotException(ErrorCode.InvalidValue, $"Ingot's options are wrong: {string.Join("; ", report.Mistakes)}.");
    }

    private static void Print(CommandContext context, IReadOnlyList<OptionFacts> options)
    {
        var listing = new Listing("Option", "Value", "Set by");
        foreach (OptionFacts option in options)
            listing.Add(option.Key, Show(option.Value), option.Source);
        listing.Print(context);
    }

    private static string Show(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        string[] list => string.Join(' ', list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
