using Berth.Domain;

namespace Berth.Journal.Tests;

using E = ParametersEvent;

public sealed class ParametersFacts() : StreamFacts<ParametersAggregate, ParametersState, E>(ParametersCatalog.Create(), () => new("000000000000", "us-east-1"))
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    protected override IEnumerable<E> Examples()
    {
        yield return new E.Put("/app/color", new()
        {
            Number = 1,
            Type = "SecureString",
            Value = new("0011223344556677", "Ym94", "bWFyaw=="),
            Description = "of tests",
            KeyId = "alias/aws/ssm",
            AllowedPattern = "^[a-z]+$",
            Tier = "Standard",
            DataType = "text",
            ModifiedAt = Noon,
            ModifiedBy = "arn:aws:iam::000000000000:root",
        });
        yield return new E.Tagged("/app/color", [new("team", "blue")]);
        yield return new E.Deleted("/app/color");
    }

    protected override bool TakesAway(E fact) => fact is E.Deleted;
}
