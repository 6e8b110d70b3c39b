using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Syntax;

namespace Ingot.Text.Templates;

/// <summary>
/// A model's chat template: a Jinja program that turns messages into the prompt the model was trained on.
/// Parsed once; immutable, so any number of threads may render it at the same time.
/// </summary>
public sealed class ChatTemplate
{
    private readonly SourceText _source;
    private readonly IReadOnlyList<Statement> _statements;
    private readonly TemplateLimits _limits;
    private readonly TimeProvider _clock;

    private ChatTemplate(SourceText source, IReadOnlyList<Statement> statements, IReadOnlySet<string> names, TemplateLimits limits, TimeProvider clock)
    {
        Names = names;
        _source = source;
        _statements = statements;
        _limits = limits;
        _clock = clock;
    }

    /// <summary>
    /// Every name the template's code uses by itself, not as a member of something: the variables it looks at, and its own.
    /// Text, comments and strings do not count. Tells what a variable given to <see cref="Render"/> can change.
    /// </summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="name">What errors call it: the file it came from.</param>
    /// <param name="limits">What it may use; <see cref="TemplateLimits.Default"/> when absent.</param>
    /// <param name="clock">The time <c>strftime_now</c> tells; the system's when absent.</param>
    /// <returns>The template, ready to render.</returns>
    /// <exception cref="Errors.IngotException">ModelInvalid, naming file, line and column, when the text is no template.</exception>
    public static ChatTemplate Parse(string source, string name, TemplateLimits? limits = null, TimeProvider? clock = null)
    {
        limits ??= TemplateLimits.Default;
        if (source.Length > limits.MaximumSourceLength)
        {
            throw new Errors.IngotException(
                Errors.ErrorCode.ModelInvalid,
                $"{name}: the template is longer than {limits.MaximumSourceLength} characters");
        }

        var text = new SourceText(name, source);
        var tokens = new Lexer(text).Read();
        var statements = new StatementParser(new TokenReader(text, tokens, limits)).ParseTemplate();
        return new ChatTemplate(text, statements, FreeNames(tokens), limits, clock ?? TimeProvider.System);
    }

    /// <summary>Writes the prompt for a conversation.</summary>
    /// <param name="variables">What the template can see: <c>messages</c>, <c>tools</c>, <c>add_generation_prompt</c>, <c>bos_token</c>, …</param>
    /// <returns>The prompt and which parts of it came from untrusted values.</returns>
    /// <exception cref="Errors.IngotException">
    /// TemplateFailed, naming file, line and column, when the template refuses the messages (with its own words),
    /// does something it cannot, or exceeds its limits.
    /// </exception>
    public PromptText Render(IReadOnlyDictionary<string, TemplateValue> variables) =>
        new Interpreter(_source, _limits, _clock).Run(_statements, variables);

    private static HashSet<string> FreeNames(List<Token> tokens)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens[i].Kind == TokenKind.Name && !tokens[i - 1].IsOperator("."))
                names.Add(tokens[i].Text);
        }

        return names;
    }
}
