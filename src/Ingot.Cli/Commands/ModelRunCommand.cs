using System.CommandLine;
using Ingot.Cli.Chat;
using Ingot.Cli.Completion;
using Ingot.Cli.Downloads;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model run [model] [question]</c>: chats, or answers once when there is a question or standard input is not a terminal.</summary>
internal static class ModelRunCommand
{
    private const string EmbeddingTask = "embeddings";

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Argument<string?> model = ModelCommands.Named(ModelNames.Complete(context, new Argument<string?>("model")
        {
            Description = $"A model's alias, name, id, Hugging Face repository (hf:owner/name) or folder; without it, {BuiltInModel.Alias}, the small model that comes with Ingot",
            Arity = ArgumentArity.ZeroOrOne,
        }));
        var question = new Argument<string?>("question")
        {
            Description = "Answer this and exit; without it, open a chat",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var system = new Option<string?>("--system") { Description = "A system instruction for the model" };
        var temperature = new Option<float?>("--temperature", "-t") { Description = "0 (always the most likely token) to 2; default: the model's own" };
        var maxTokens = new Option<int?>("--max-tokens") { Description = "The most tokens to generate; default: the rest of the context" };
        var verbose = new Option<bool>("--verbose") { Description = "Print token counts and speeds after each answer" };

        var command = new FoundryCommand(
            "run",
            "Chat with a model",
            "foundry model run",
            "foundry model run ingot-tiny-chat \"Why is the sky blue?\"",
            "foundry model run hf:owner/name --system \"Answer in one sentence.\" --temperature 0")
        {
            model, question, system, temperature, maxTokens, verbose,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            (string? name, string? text) = Split(parsed.GetValue(model), parsed.GetValue(question));
            var settings = new ChatSettings(
                parsed.GetValue(system), parsed.GetValue(temperature), parsed.GetValue(maxTokens), parsed.GetValue(verbose));
            return RunAsync(context, name, text, settings, cancellationToken);
        });
        return command;
    }

    /// <summary>Whether two words are a model and a question. A lone word with a space in it can only be a question, unless such a folder exists.</summary>
    internal static (string? Model, string? Question) Split(string? first, string? second) =>
        second is null && first is not null && first.Any(char.IsWhiteSpace) && !Directory.Exists(first)
            ? (null, first)
            : (first, second);

    private static async Task<int> RunAsync(
        CommandContext context, string? name, string? question, ChatSettings settings, CancellationToken cancellationToken)
    {
        if (question is null && Console.IsInputRedirected)
            question = await Console.In.ReadToEndAsync(cancellationToken);

        await using IngotServices services = context.CreateServices();
        ModelEntry entry = await services.Catalog.FindOrOpenAsync(name ?? BuiltInModel.Alias, cancellationToken);
        if (entry.Task == EmbeddingTask)
        {
            throw new IngotException(ErrorCode.UnsupportedValue,
                $"Model '{entry.Id}' makes embeddings and does not chat; start the service (foundry service start) and use it with /v1/embeddings.", "model");
        }

        if (name is null)
            Notice.Say(BuiltInModel.Introduction);
        using (var interrupts = new InterruptToken(cancellationToken))
            await DownloadBar.FetchAsync(services, entry, interrupts.Token);

        var conversation = new Conversation(services.Chat, entry, settings);
        return question is null
            ? await new ChatConsole(conversation).RunAsync()
            : await OneShot.RunAsync(conversation, question);
    }
}
