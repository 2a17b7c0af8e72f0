using System.Text.Json;
using Berth.Domain;

namespace Berth.Journal.Tests;

using E = AccountEvent;

public sealed class AccountFacts
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventCatalog<AccountState, AccountEvent> Catalog = AccountCatalog.Create();

    public static TheoryData<string> Names => [.. Catalog.Names];

    [Theory, MemberData(nameof(Names))]
    public void Are_written_and_read_as_their_golden_file_says(string type)
    {
        var payload = Examples().Select(Catalog.Encode).Single(encoded => encoded.Type == type).Payload;
        var golden = Golden($"{type}.json", payload);

        payload.ShouldBe(golden);
        Catalog.Encode(Catalog.Decode(type, golden)).ShouldBe((type, golden));
    }

    [Fact]
    public void All_have_an_example() =>
        Examples().Select(fact => fact.GetType()).ShouldBe(
            typeof(E).GetNestedTypes().Where(type => type.IsAssignableTo(typeof(E))), ignoreOrder: true);

    [Fact]
    public void Lead_to_a_state_that_reads_back_the_same()
    {
        var aggregate = new AccountAggregate("000000000000", "us-east-1");
        foreach (var fact in Examples().Where(fact => fact is not (E.ClusterRemoved or E.TaskDefinitionDeleted or E.SettingDeleted or E.CapacityProviderDeleted)))
        {
            aggregate.Apply(fact);
        }

        var text = Catalog.EncodeText(aggregate.State);

        text.ShouldBe(Golden("state.json", text));
        var restored = new AccountAggregate("000000000000", "us-east-1");
        restored.Restore(Catalog.DecodeText(text));
        Catalog.EncodeText(restored.State).ShouldBe(text);
        new ListTaskDefinitionsQuery(TaskDefinitionStatus.DeleteInProgress, null, false, null, 10).Answer(restored.State).ShouldBe([new("web", 7)]);
        new ListDaemonTaskDefinitionsQuery(null, null, "", false, false, null, 10).Answer(restored.State).Single().Status.ShouldBe(DaemonTaskDefinitionStatus.Deleted);
    }

    private static IEnumerable<E> Examples()
    {
        yield return new E.ClusterRegistered("default");
        yield return new E.TaskDefinitionRegistered(
            new TaskDefinition
            {
                Arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:7",
                Family = "web",
                Revision = 7,
                Document = JsonElement.Parse("""{"family":"web","containerDefinitions":[{"name":"app","image":"nginx","memory":128}],"volumes":[]}"""),
                NetworkMode = "bridge",
                CpuUnits = 256,
                MemoryMiB = 512,
                Containers =
                [
                    new ContainerDefinition
                    {
                        Name = "app",
                        Image = "nginx",
                        CpuUnits = 10,
                        MemoryMiB = 128,
                        MemoryReservationMiB = 64,
                        HasHealthCheck = true,
                        PortMappings = [new PortMapping(80, 0, "tcp")],
                    },
                ],
                RequiresAttributes = ["ecs.capability.container-health-check"],
                PlacementConstraints = ["attribute:ecs.os-type == linux"],
                Compatibilities = ["EC2", "EXTERNAL"],
                TaskRoleArn = "arn:aws:iam::000000000000:role/task",
                ExecutionRoleArn = "arn:aws:iam::000000000000:role/execution",
            },
            Noon,
            "arn:aws:iam::000000000000:root",
            [new("team", "blue")]);
        yield return new E.TaskDefinitionTagged("web", 7, [new("team", "red")]);
        yield return new E.TaskDefinitionDeregistered("web", 7, Noon.AddMinutes(1));
        yield return new E.TaskDefinitionDeletionRequested("web", 7, Noon.AddMinutes(2));
        yield return new E.CapacityProviderCreated(new CapacityProvider
        {
            Name = "spare",
            Kind = CapacityProviderKind.Ec2AutoScaling,
            AutoScalingGroupArn = "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/spare",
            HasManagedScaling = true,
            Settings = JsonElement.Parse("""{"autoScalingGroupArn":"arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/spare"}"""),
            Tags = [new("team", "blue")],
        });
        yield return new E.CapacityProviderUpdated("spare", JsonElement.Parse("""{"managedDraining":"DISABLED"}"""), false);
        yield return new E.CapacityProvidersAssociated("default", ["spare"]);
        yield return new E.CapacityProviderTagged("spare", [new("team", "red")]);
        yield return new E.CapacityProviderDeleted("spare");
        yield return new E.DaemonTaskDefinitionRegistered(new DaemonTaskDefinition
        {
            Family = "watch",
            Revision = 3,
            Document = JsonElement.Parse("""{"family":"watch","containerDefinitions":[{"name":"agent","image":"watch","memory":64}],"volumes":[]}"""),
            Images = [new("agent", "watch", null)],
            RegisteredAt = Noon,
            RegisteredBy = "arn:aws:iam::000000000000:root",
            Tags = [new("team", "blue")],
        });
        yield return new E.DaemonTaskDefinitionTagged("watch", 3, [new("team", "red")]);
        yield return new E.DaemonTaskDefinitionDeleted("watch", 3, Noon.AddMinutes(3));
        yield return new E.SettingPut(new("arn:aws:iam::000000000000:root", "containerInsights", "enabled"));
        yield return new E.SettingDeleted("arn:aws:iam::000000000000:root", "containerInsights");
        yield return new E.TaskDefinitionDeleted("web", 7);
        yield return new E.ClusterRemoved("default");
    }

    // BERTH_REWRITE_GOLDEN=1 writes the files anew; a diff of them shows what a change does to the journal.
    private static string Golden(string name, string actual, [System.Runtime.CompilerServices.CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("BERTH_REWRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual + "\n");
        }

        return File.ReadAllText(path).TrimEnd('\n');
    }
}
