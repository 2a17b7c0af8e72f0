using System.Text.Json;

namespace Berth.Domain.Tests;

public sealed class KeepingToTheQuotasOfAnAccount
{
    private readonly AccountAggregate account = new("000000000000", "us-east-1", new() { ClustersPerRegion = 2, RevisionsPerFamily = 2 });

    [Fact]
    public void Refuses_one_cluster_too_many_until_another_is_deleted()
    {
        Do(new RegisterClusterCommand("a"));
        Do(new RegisterClusterCommand("b"));

        Should.Throw<RefusedException>(() => Do(new RegisterClusterCommand("c"))).ShouldSatisfyAllConditions(
            refusal => refusal.Code.ShouldBe("ClientException"), refusal => refusal.Message.ShouldBe("You have reached the limit of 2 clusters."));
        Do(new RegisterClusterCommand("b")).ShouldBeFalse();
        account.State.Clusters.ShouldBe(["a", "b"]);

        Do(new RemoveClusterCommand("a"));
        Do(new RegisterClusterCommand("c")).ShouldBeTrue();
    }

    [Fact]
    public void Refuses_one_revision_too_many_whatever_was_deleted_before()
    {
        Register("web");
        Register("web");
        Do(new DeregisterTaskDefinitionCommand(new("web", 1)));

        Should.Throw<RefusedException>(() => Register("web")).ShouldSatisfyAllConditions(
            refusal => refusal.Code.ShouldBe("LimitExceededException"), refusal => refusal.Message.ShouldBe("The family has reached the limit of 2 revisions."));
        account.State.Families["web"].Revisions.Count.ShouldBe(2);

        Register("api").Definition.Revision.ShouldBe(1);
    }

    private RegisteredTaskDefinition Register(string family) => Do(new RegisterTaskDefinitionCommand(
        new() { Arn = "", Family = family, Revision = 0, Document = JsonElement.Parse("{}"), NetworkMode = "bridge", Containers = [] }, "me", []));

    private T Do<T>(Command<AccountAggregate, T> command) => command.Decide(account, new(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), new Scenarios.ScenarioIds()));
}
