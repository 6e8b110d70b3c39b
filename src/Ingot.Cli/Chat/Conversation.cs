using System.Runtime.CompilerServices;
using System.Text;
using Ingot.Models.Catalog;
using Ingot.Service.Chat;

namespace Ingot.Cli.Chat;

/// <summary>What the command line sets for every answer.</summary>
/// <param name="System">The system instruction; null for none.</param>
/// <param name="Temperature">0 to 2; null for the model's own.</param>
/// <param name="MaxTokens">The most tokens of an answer; null for the rest of the context.</param>
/// <param name="Verbose">Whether to print token counts and speeds.</param>
internal sealed record ChatSettings(string? System, float? Temperature, int? MaxTokens, bool Verbose);

/// <summary>A chat's memory: what was said, and how the next answer is made. An answer that was stopped is kept as far as it went.</summary>
internal sealed class Conversation(ChatService chat, ModelEntry model, ChatSettings settings)
{
    private readonly List<TurnMessage> _messages = [];
    private string? _system = settings.System;

    /// <summary>Whether speeds are wanted.</summary>
    public bool Verbose => settings.Verbose;

    /// <summary>The model's name.</summary>
    public string ModelName => model.Alias;

    /// <summary>Loads the model, so that the first answer comes without delay.</summary>
    public Task WarmUpAsync(CancellationToken cancellationToken) => chat.LoadAsync(model, cancellationToken);

    /// <summary>Forgets what was said; the system instruction stays.</summary>
    public void Clear() => _messages.Clear();

    /// <summary>Replaces the system instruction; empty removes it.</summary>
    public void SetSystem(string text) => _system = text.Length == 0 ? null : text;

    /// <summary>Asks, and gives the answer as it comes.</summary>
    public async IAsyncEnumerable<ChatUpdate> AskAsync(string question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var user = new TurnMessage { Role = TurnRole.User, Text = question };
        var turn = new ChatTurn
        {
            Model = model.Id,
            Messages = [.. Instruction(), .. _messages, user],
            Sampling = new SamplingSettings { Temperature = settings.Temperature },
            MaxTokens = settings.MaxTokens,
        };

        await using ChatRun run = await chat.StartAsync(turn, cancellationToken);
        var answer = new StringBuilder();
        try
        {
            await foreach (ChatUpdate update in run.Updates.WithCancellation(cancellationToken))
            {
                if (update is TextDelta delta)
                    answer.Append(delta.Text);
                yield return update;
            }
        }
        finally
        {
            _messages.Add(user);
            _messages.Add(new TurnMessage { Role = TurnRole.Assistant, Text = answer.ToString() });
        }
    }

    private IEnumerable<TurnMessage> Instruction() =>
        _system is null ? [] : [new TurnMessage { Role = TurnRole.System, Text = _system }];
}
