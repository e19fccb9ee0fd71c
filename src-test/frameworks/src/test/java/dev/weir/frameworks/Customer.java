package dev.weir.frameworks;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who buys; Hibernate fills it. */
@Entity
@SequenceGenerator(name = "customer_ids", sequenceName = "customer_ids", allocationSize = 50)
class Customer {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "customer_ids")
  @Nullable Long id;

  @Version int version;

  String name = "";

  @OneToMany(mappedBy = "customer", cascade = CascadeType.PERSIST)
  List<Purchase> purchases = new ArrayList<>();

  /** For Hibernate. */
  Customer() {}

  Customer(String name) {
    this.name = name;
  }

  Customer buys(String item) {
    purchases.add(new Purchase(this, item));
    return this;
  }
}
