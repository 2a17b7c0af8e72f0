namespace Berth.Domain.Tests;

public sealed class ASecretAsTimeGoesBy
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly SecretsAggregate secrets = new("000000000000", "us-east-1");

    [Fact]
    public void Marked_for_deletion_goes_by_itself_when_its_window_is_over()
    {
        Create("a");
        Create("b");
        new DeleteSecret("a", TimeSpan.FromDays(7)).Decide(secrets, At(Noon));
        new DeleteSecret("b", TimeSpan.FromDays(9)).Decide(secrets, At(Noon));

        secrets.NextDeadline.ShouldBe(Noon.AddDays(7));
        secrets.Settle(At(Noon.AddDays(7).AddTicks(-1)));
        secrets.State.Secrets.Keys.ShouldBe(["a", "b"]);
        secrets.Settle(At(Noon.AddDays(7)));
        secrets.State.Secrets.Keys.ShouldBe(["b"]);
        secrets.NextDeadline.ShouldBe(Noon.AddDays(9));
    }

    [Fact]
    public void Marked_for_deletion_stays_when_it_is_restored_and_is_not_waited_for_when_it_is_deleted_at_once()
    {
        Create("a");
        Create("b");
        new DeleteSecret("a", TimeSpan.FromDays(7)).Decide(secrets, At(Noon));
        new DeleteSecret("b", TimeSpan.FromDays(7)).Decide(secrets, At(Noon));
        new RestoreSecret("a").Decide(secrets, At(Noon));
        new DeleteSecret("b", null).Decide(secrets, At(Noon));

        secrets.NextDeadline.ShouldBeNull();
        secrets.Settle(At(Noon.AddDays(8)));
        secrets.State.Secrets.Keys.ShouldBe(["a"]);
    }

    [Fact]
    public void Keeps_a_hundred_versions_that_have_no_label_and_all_that_have_one()
    {
        Create("a");
        for (var number = 0; number < 150; number++)
        {
            new PutSecretValue("a", new($"version-{number}", new("key", "box", "mark"), IsBinary: false), number == 3 ? ["AWSCURRENT", "kept"] : [])
                .Decide(secrets, At(Noon.AddSeconds(number)));
        }

        var versions = secrets.State.Find("a").Versions;
        versions.Length.ShouldBe(Secret.MostUnlabelledVersions + 3);
        versions.Single(version => version.Stages.Contains("kept")).Id.ShouldBe("version-3");
        versions[^1].Stages.ShouldBe([Secret.Current]);
        versions[^2].Stages.ShouldBe([Secret.Previous]);
    }

    private static DecisionContext At(DateTimeOffset now) => new(now, new Letters());

    private void Create(string name) => new CreateSecret { Name = name }.Decide(secrets, At(Noon));

    private sealed class Letters : IIdSource
    {
        public string NextHexId() => throw new NotSupportedException();

        public string NextUuid() => throw new NotSupportedException();

        public string NextDigits19() => throw new NotSupportedException();

        public int NextIndex(int exclusiveMax) => 0;
    }
}
