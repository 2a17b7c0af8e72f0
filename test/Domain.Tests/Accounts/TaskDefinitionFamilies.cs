using System.Text.Json;

namespace Berth.Domain.Tests;

public sealed class TaskDefinitionFamilies
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly AccountAggregate account = new("000000000000", "us-east-1");

    [Fact]
    public void Number_their_revisions_from_one()
    {
        Register("web").Definition.Arn.ShouldBe("arn:aws:ecs:us-east-1:000000000000:task-definition/web:1");
        Register("web").Definition.Revision.ShouldBe(2);
        Register("api").Definition.Revision.ShouldBe(1);
    }

    [Fact]
    public void Never_use_a_number_twice()
    {
        Register("web");
        Deregister("web", 1);
        Delete("web", 1);
        Execute(new ForgetTaskDefinitionCommand(new("web", 1)));
        account.State.Find(new("web", 1)).ShouldBeNull();

        Register("web").Definition.Revision.ShouldBe(2);
    }

    [Fact]
    public void Mean_their_newest_active_revision()
    {
        Register("web");
        Register("web");
        Register("web");
        Deregister("web", 3);

        new FindTaskDefinitionQuery("web", null).Answer(account.State)!.Definition.Revision.ShouldBe(2);
        new FindTaskDefinitionQuery("web", 3).Answer(account.State)!.Status.ShouldBe(TaskDefinitionStatus.Inactive);
        new FindTaskDefinitionQuery("we", null).Answer(account.State).ShouldBeNull();
    }

    [Fact]
    public void Deregister_twice_as_once()
    {
        Register("web");
        Deregister("web", 1);

        Execute(new DeregisterTaskDefinitionCommand(new("web", 1)), expectedFacts: 0).DeregisteredAt.ShouldBe(Noon);
    }

    [Fact]
    public void Refuse_to_deregister_what_they_do_not_have() =>
        Should.Throw<RefusedException>(() => Deregister("web", 1)).Message.ShouldBe("Unable to describe task definition.");

    [Fact]
    public void Delete_only_what_was_deregistered()
    {
        Register("web");
        Register("web");
        Deregister("web", 2);

        var deletions = Execute(new DeleteTaskDefinitionsCommand([new("web", 1), new("web", 2), new("web", 9)]));

        deletions[0].FailureReason.ShouldStartWith("The specified task definition is still in ACTIVE status.");
        deletions[1].Going!.Status.ShouldBe(TaskDefinitionStatus.DeleteInProgress);
        deletions[2].FailureReason.ShouldStartWith("The specified task definition does not exist.");
    }

    [Fact]
    public void Keep_a_revision_that_nobody_asked_to_delete()
    {
        Register("web");

        Execute(new ForgetTaskDefinitionCommand(new("web", 1)), expectedFacts: 0).ShouldBeFalse();
    }

    [Fact]
    public void Are_listed_by_name_and_number_either_way_page_by_page()
    {
        foreach (var family in new[] { "b", "a", "a-1", "c" })
        {
            for (var revision = 1; revision <= 12; revision++)
            {
                Register(family);
            }
        }

        var keys = new[] { "a", "a-1", "b", "c" }.SelectMany(family => Enumerable.Range(1, 12).Select(revision => new TaskDefinitionKey(family, revision))).ToArray();

        Pages(TaskDefinitionStatus.Active, null, descending: false).ShouldBe(keys);
        Pages(TaskDefinitionStatus.Active, null, descending: true).ShouldBe(keys.Reverse());
        Pages(TaskDefinitionStatus.Active, "a", descending: false).ShouldBe(keys.Take(12));
        Pages(TaskDefinitionStatus.Active, "a", descending: true).ShouldBe(keys.Take(12).Reverse());
        Pages(TaskDefinitionStatus.Inactive, null, descending: false).ShouldBeEmpty();
    }

    [Fact]
    public void Are_listed_by_whether_they_have_an_active_revision()
    {
        foreach (var family in new[] { "web", "web-old", "api" })
        {
            Register(family);
        }

        Deregister("web-old", 1);

        Families(active: null, "").ShouldBe(["api", "web", "web-old"]);
        Families(active: true, "").ShouldBe(["api", "web"]);
        Families(active: false, "").ShouldBe(["web-old"]);
        Families(active: null, "web").ShouldBe(["web", "web-old"]);
        Families(active: true, "w").ShouldBe(["web"]);
        Families(active: null, "x").ShouldBeEmpty();
    }

    [Fact]
    public void Leave_the_lists_with_their_last_revision()
    {
        Register("web");
        Deregister("web", 1);
        Delete("web", 1);
        Execute(new ForgetTaskDefinitionCommand(new("web", 1)));

        Families(active: null, "").ShouldBeEmpty();
        Families(active: false, "").ShouldBeEmpty();
    }

    [Fact]
    public void Keep_tags_by_key()
    {
        Register("web");
        Execute(new ChangeTaskDefinitionTagsCommand(new("web", 1), [new("a", "1"), new("b", "2")], []));
        Execute(new ChangeTaskDefinitionTagsCommand(new("web", 1), [new("b", "3"), new("c", "4")], []));
        Execute(new ChangeTaskDefinitionTagsCommand(new("web", 1), [], ["a", "missing"]));

        account.State.Find(new("web", 1))!.Tags.ShouldBe([new("b", "3"), new("c", "4")]);
    }

    [Fact]
    public void Have_an_index_that_a_restored_state_builds_the_same()
    {
        var random = new Random(7);
        for (var step = 0; step < 300; step++)
        {
            var key = new TaskDefinitionKey($"f{random.Next(5)}", random.Next(1, 8));
            try
            {
                switch (random.Next(4))
                {
                    case 0: Register(key.Family); break;
                    case 1: Deregister(key.Family, key.Revision); break;
                    case 2: Delete(key.Family, key.Revision); break;
                    case 3: Execute(new ForgetTaskDefinitionCommand(key)); break;
                }
            }
            catch (RefusedException)
            {
            }

            var restored = TaskDefinitionIndex.Build(account.State.Families.Values);
            foreach (var status in Enum.GetValues<TaskDefinitionStatus>())
            {
                restored.Revisions(status, null, false, null).ShouldBe(account.State.TaskDefinitions.Revisions(status, null, false, null));
            }

            foreach (bool? active in new bool?[] { null, true, false })
            {
                restored.Families(active, "", null).ShouldBe(account.State.TaskDefinitions.Families(active, "", null));
            }
        }
    }

    private RegisteredTaskDefinition Register(string family) => Execute(new RegisterTaskDefinitionCommand(
        new TaskDefinition { Arn = "", Family = family, Revision = 0, Document = JsonElement.Parse("{}"), NetworkMode = "bridge", Containers = [] },
        "arn:aws:iam::000000000000:root",
        []));

    private void Deregister(string family, int revision) => Execute(new DeregisterTaskDefinitionCommand(new(family, revision)));

    private void Delete(string family, int revision) => Execute(new DeleteTaskDefinitionsCommand([new(family, revision)]));

    private List<TaskDefinitionKey> Pages(TaskDefinitionStatus status, string? family, bool descending)
    {
        var all = new List<TaskDefinitionKey>();
        while (true)
        {
            var page = new ListTaskDefinitionsQuery(status, family, descending, all.Count == 0 ? null : all[^1], 5).Answer(account.State);
            all.AddRange(page.Take(5));
            if (page.Length <= 5)
            {
                return all;
            }
        }
    }

    private List<string> Families(bool? active, string prefix)
    {
        var all = new List<string>();
        while (true)
        {
            var page = new ListFamiliesQuery(active, prefix, all.Count == 0 ? null : all[^1], 1).Answer(account.State);
            all.AddRange(page.Take(1));
            if (page.Length <= 1)
            {
                return all;
            }
        }
    }

    private T Execute<T>(Command<AccountAggregate, T> command, int? expectedFacts = null)
    {
        var result = command.Decide(account, new DecisionContext(Noon, new NoIds()));
        var facts = account.TakeRecorded();
        if (expectedFacts is { } expected)
        {
            facts.Count.ShouldBe(expected);
        }

        return result;
    }

    private sealed class NoIds : IIdSource
    {
        public string NextHexId() => throw new NotSupportedException();

        public string NextUuid() => throw new NotSupportedException();

        public string NextDigits19() => throw new NotSupportedException();

        public int NextIndex(int exclusiveMax) => throw new NotSupportedException();
    }
}
