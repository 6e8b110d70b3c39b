namespace Ingot.Text.Templates.Syntax;

/// <summary>Reads what is assigned to: names, members of namespaces, several of them separated by commas.</summary>
internal sealed class TargetParser(TokenReader tokens)
{
    public Target ParseTargets()
    {
        var offset = tokens.Current.Offset;
        var first = ParseTarget();
        if (!tokens.Current.IsOperator(","))
            return first;
        var targets = new List<Target> { first };
        while (tokens.TakeOperator(",") && (tokens.Current.Kind == TokenKind.Name || tokens.Current.IsOperator("(")) && !tokens.Current.IsName("in"))
            targets.Add(ParseTarget());
        return new TupleTarget(offset, targets);
    }

    public Target ParseTarget()
    {
        if (tokens.TakeOperator("("))
        {
            tokens.Enter();
            var targets = ParseTargets();
            tokens.ExpectOperator(")");
            tokens.Leave();
            return targets;
        }

        var name = tokens.Expect(TokenKind.Name, "the name of a variable");
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None")
            throw tokens.Error(name.Offset, $"'{name.Text}' cannot be assigned to");
        if (!tokens.TakeOperator("."))
            return new NameTarget(name.Offset, name.Text);
        var member = tokens.Expect(TokenKind.Name, "the name of a namespace's member");
        return new MemberTarget(name.Offset, name.Text, member.Text);
    }
}
